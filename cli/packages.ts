import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageMaker } from '../api/deps.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { type Attestation, type Built, buildPackage } from '../evidence/package/build.ts';
import type { CaseFile, ReferralKind } from '../evidence/package/case-file.ts';
import { zipPackage } from '../evidence/package/zip.ts';
import { seal } from '../evidence/seal.ts';
import { timestamp, timestampOverHttp } from '../evidence/timestamp.ts';
import { caseFold } from '../review/case.ts';
import type { Journal } from '../review/journal.ts';
import { assembleCase } from './case-file.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

function attestationsOf({ evidence }: Settings): Attestation[] {
  const { seal: files, timestampUrl } = evidence;
  const all: Attestation[] = [];
  if (files !== undefined)
    all.push({ file: 'tagmanifest-sha256.txt.p7s', make: (data) => seal(data, files) });
  if (timestampUrl !== undefined)
    all.push({
      file: 'tagmanifest-sha256.txt.tsr',
      make: (data) => timestamp(data, timestampOverHttp(timestampUrl)),
    });
  return all;
}

export type MakeInput = {
  workspace: Workspace;
  journal: Journal;
  settings: Settings;
  reference: ReferenceRows;
  referral: readonly ReferralKind[];
  note: string;
  /** The request that was agreed to; the newest of the case when left out. */
  exportId?: string;
  progress?: (step: string) => void;
};

/** Assembles and builds a package in a new folder, and enters into the log that it was made. */
export async function makePackage(
  input: MakeInput,
  caseId: string,
  out: string,
): Promise<{ caseFile: CaseFile; built: Built }> {
  const { evidence } = input.workspace;
  input.progress?.('case');
  const { caseFile, rows } = await assembleCase(input, caseId);
  const built = await buildPackage(caseFile, rows, out, evidence.signer, {
    attestations: attestationsOf(input.settings),
    ...(input.progress === undefined ? {} : { progress: input.progress }),
  });
  // After the package, so that the next one is the same; before the answer, so that none is unknown.
  await (await evidence.log())?.appendRecord('custody', {
    ...{ kind: 'export', caseId, tagManifestSha256: built.tagManifestSha256 },
    approvedAt: caseFile.preparedAt,
  });
  return { caseFile, built };
}

const REFERRAL_OF: Record<string, ReferralKind> = {
  'misuse-shared': 'passed-on',
  'misuse-paid-or-pressed': 'paid',
};

/** Packages that the review service makes, one file each in a folder of the data directory. */
export function createPackageMaker(
  { workspace, journal, settings }: Pick<MakeInput, 'workspace' | 'journal' | 'settings'>,
  referenceRows: () => Promise<ReferenceRows>,
): PackageMaker {
  const folder = join(workspace.dir, 'packages');
  // One after another: a package reads much, and the page should not wait for two of them.
  let tail: Promise<void> = Promise.resolve();
  const fileOf = (exportId: string): string => join(folder, `${exportId}.zip`);
  async function make(exportId: string, caseId: string): Promise<void> {
    const dir = join(folder, exportId);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(dir, { recursive: true, force: true });
    const { disposition } = journal.state(caseFold, 'case', caseId);
    const kind = REFERRAL_OF[disposition ?? ''] ?? 'viewed';
    const reference = await referenceRows();
    const input = { workspace, journal, settings, reference, exportId };
    const { caseFile } = await makePackage({ ...input, referral: [kind], note: '' }, caseId, dir);
    await zipPackage(dir, caseFile.preparedAt, `${fileOf(exportId)}.partial`);
    renameSync(`${fileOf(exportId)}.partial`, fileOf(exportId));
    rmSync(dir, { recursive: true });
  }
  return {
    make(exportId, caseId) {
      const made = tail.then(() => make(exportId, caseId));
      tail = made.catch(() => undefined);
      return made;
    },
    async read(exportId) {
      try {
        const bytes = readFileSync(fileOf(exportId));
        return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw cause;
      }
    },
  };
}
