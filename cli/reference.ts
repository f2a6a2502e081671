import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AppError } from '../domain/errors.ts';
import {
  type PackedReference,
  packReference,
  unpackReference,
} from '../domain/packed-reference.ts';
import type { ReferenceData, ReferenceRows } from '../domain/reference.ts';
import { convertBrpTestset } from '../reference/brp-testset.ts';
import { indexPacked } from '../reference/index-rows.ts';
import { readReferenceFolder } from '../reference/read-folder.ts';
import { emptyTables } from '../reference/tables.ts';
import { buildPackedReference, buildReferenceRows } from '../reference/to-rows.ts';
import { createReferenceStore } from '../storage/reference-versions.ts';
import type { ReferenceAnswer } from './reference-thread.ts';
import { openIdentities, openStore } from './server-workspace.ts';
import type { Settings } from './settings.ts';
import { LARGE_OLD_GENERATION_MB, OLD_GENERATION_MB, startThread } from './workers.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const SHOWN_PROBLEMS = 20;
const WORTH_THREAD_BYTES = 8_388_608;
/** From here on a folder may not fit in the memory of a usual thread: reading takes some thirty times its size. */
const LARGE_BYTES = 50_331_648;

type Folder = Awaited<ReturnType<typeof readReferenceFolder>>;
const line = (p: Folder['problems'][number]): string =>
  `${p.file}:${p.line ?? '-'}${p.column ? ` ${p.column}` : ''}: ${p.reason}\n`;

function report({ problems }: Pick<Folder, 'problems'>, most: number): void {
  for (const problem of problems.slice(0, most)) process.stderr.write(line(problem));
  if (problems.length > most)
    process.stderr.write(`… ${problems.length - most} more; reference check lists them all\n`);
}

/** Rows of a run that was given no reference data: nothing delivered, so nothing can be judged. */
const nothing = ({ tokens }: Workspace): ReferenceRows => ({
  ...buildReferenceRows(emptyTables(), tokens),
  version: 'none',
});

/** Reference data of a run: the folder named, else the newest import, else none (nothing can be judged). */
export const loadReference = async (
  dir: string | undefined,
  workspace: Workspace,
  log: Logger,
): Promise<ReferenceData> => indexPacked(await packedReference(dir, workspace, log));

/** The same as rows. */
export const loadReferenceRows = async (
  dir: string | undefined,
  workspace: Workspace,
  log: Logger,
): Promise<ReferenceRows> => unpackReference(await packedReference(dir, workspace, log));

export type PendingReference = {
  /** Throws when it is known already that they cannot be had, so that other work need not go on. */
  check(): void;
  /** Waits for them. */
  take(): Promise<PackedReference>;
};

/**
 * Starts reading the same packed, for threads that read them themselves. A large folder is read in a thread,
 * beside other work, and its memory goes back when it is done.
 */
export async function startReference(
  dir: string | undefined,
  workspace: Workspace,
  log: Logger,
): Promise<PendingReference> {
  const bytes = dir === undefined ? 0 : bytesIn(dir);
  if (dir === undefined || bytes < WORTH_THREAD_BYTES) {
    const packed = await packedReference(dir, workspace, log);
    return { check: () => undefined, take: async () => packed };
  }
  const thread = startThread<string, ReferenceAnswer>(
    'reference-thread',
    workspace.secrets,
    bytes < LARGE_BYTES ? OLD_GENERATION_MB : LARGE_OLD_GENERATION_MB,
  );
  let failure: { cause: unknown } | null = null;
  const answered = thread
    .ask(dir)
    .then((answer) => {
      if ('refused' in answer) throw new AppError(answer.refused.code, answer.refused.message, {});
      return answer;
    })
    .finally(() => thread.close());
  answered.catch((cause: unknown) => {
    failure = { cause };
  });
  return {
    check() {
      if (failure !== null) throw failure.cause;
    },
    async take() {
      const answer = await answered;
      report(answer, SHOWN_PROBLEMS);
      for (const [token, identity] of answer.identities) workspace.vault.remember(token, identity);
      workspace.vault.flush();
      return answer.reference;
    },
  };
}

/** The same where there is nothing else to do meanwhile. */
export const loadPackedReference = async (
  dir: string | undefined,
  workspace: Workspace,
  log: Logger,
): Promise<PackedReference> => (await startReference(dir, workspace, log)).take();

async function packedReference(
  dir: string | undefined,
  workspace: Workspace,
  log: Logger,
): Promise<PackedReference> {
  if (dir === undefined) {
    const packed = await workspace.references.newestPacked();
    if (packed === null) log.warn('reference_absent');
    return packed ?? packReference(nothing(workspace));
  }
  const folder = await readReferenceFolder(dir);
  report(folder, SHOWN_PROBLEMS);
  return buildPackedReference(folder.tables, workspace.tokens);
}

const bytesIn = (dir: string): number => {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return 0;
  return readdirSync(dir).reduce((n, file) => n + statSync(join(dir, file)).size, 0);
};

/** `reference check`: every bad row with file, line and reason; exit code 1 when there is one. */
export async function checkReference(dir: string): Promise<void> {
  const folder = await readReferenceFolder(dir);
  for (const problem of folder.problems) process.stdout.write(line(problem));
  for (const [file, count] of Object.entries(folder.counts))
    process.stdout.write(`${file}: ${count} rows can be used\n`);
  if (folder.problems.length > 0)
    throw new AppError(
      'ERR_REFERENCE_REFUSED',
      `${folder.problems.length} problems found; mend these rows and check again.`,
    );
}

type Target = Pick<Workspace, 'tokens' | 'vault' | 'references' | 'close'>;

/** The ClickHouse server of the settings and the shared vault, for imports without a data directory. */
async function openServerTarget(settings: Settings, log: Logger): Promise<Target> {
  const { tokens, vault } = openIdentities(settings);
  const store = await openStore(settings, log);
  return {
    ...{ tokens, vault, references: createReferenceStore(store) },
    async close() {
      vault.close();
      await store.close();
    },
  };
}

/**
 * `reference import`: good rows become the newest version of the data directory, or without one of the
 * ClickHouse server of the settings; bad rows are listed.
 */
export async function importReference(
  dir: string,
  data: string | undefined,
  settings: Settings,
  log: Logger,
): Promise<void> {
  const target =
    data === undefined
      ? await openServerTarget(settings, log)
      : await openWorkspace(data, settings.tenant);
  try {
    const folder = await readReferenceFolder(dir);
    report(folder, Number.POSITIVE_INFINITY);
    const rows = buildReferenceRows(folder.tables, target.tokens);
    target.vault.flush();
    await target.references.save(rows, Date.now());
    log.info({ version: rows.version, problems: folder.problems.length }, 'reference_imported');
    process.stdout.write(
      `reference version ${rows.version}: ${rows.officials.length} officials, ${rows.ties.length} ties, ${rows.caseload.length} caseload rows\n`,
    );
  } finally {
    await target.close();
  }
}

/** `reference convert`: the national BRP test set to persons, addresses and relations files. */
export function convertReference(file: string, out: string): void {
  const tables = convertBrpTestset(readFileSync(file));
  mkdirSync(out, { recursive: true });
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(out, `${name}.csv`), text);
  process.stdout.write(`wrote ${Object.keys(tables).join(', ')} to ${out}\n`);
}
