import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { publish } from '../../evidence/log/publish.ts';
import { REFERRAL_KINDS, type ReferralKind } from '../../evidence/package/case-file.ts';
import { REFERRAL } from '../../evidence/package/texts.ts';
import { describeVerdict, verifyPackage } from '../../evidence/verify/verify.mjs';
import { openJournal } from '../../review/journal.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { context } from '../context.ts';
import { recordedInLog } from '../holds.ts';
import { checkAndRecord } from '../log-check.ts';
import { makePackage } from '../packages.ts';
import { createProgress } from '../progress.ts';
import { publishersOf } from '../publish.ts';
import { loadReferenceRows } from '../reference.ts';
import { openEitherWorkspace } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import type { Workspace } from '../workspace.ts';

type Common = { config?: string };
type ExportOptions = Common & {
  data?: string;
  out: string;
  reference?: string;
  referral: ReferralKind[];
  note: string;
};
const STEPS = ['case', 'events', 'context', 'report', 'signature'];

/** Garbage may pile up to this share of what lives, in percent, before it is collected. */
const HEAP_GROWTH = '30';

async function exportCase(caseId: string, options: ExportOptions): Promise<void> {
  // By default to several times of it: for one long stream of rows that is most of the memory.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const { settings, log } = context(options);
  const workspace = await openEitherWorkspace(options, settings, log);
  const progress = createProgress('exporting');
  const say = (step: string): void =>
    progress.update(STEPS.indexOf(step) + 1, STEPS.length + 1, step);
  try {
    const { evidence, reviewStore } = workspace;
    const journalStore = createJournalStore(reviewStore, settings.tenant);
    const journal = await openJournal(recordedInLog(journalStore, evidence), {
      tenant: settings.tenant,
    });
    const reference = await loadReferenceRows(options.reference, workspace, log);
    const { referral, note, out } = options;
    const input = { workspace, journal, settings, reference, referral, note, progress: say };
    const { caseFile, built } = await makePackage(input, caseId, out);
    progress.stop();
    for (const kind of referral) process.stderr.write(`${kind}: ${REFERRAL[kind].hint.en}\n`);
    if (caseFile.isSilent)
      process.stderr.write('silent: neither the official nor the persons may learn of this\n');
    process.stdout.write(`${JSON.stringify(built)}\n`);
  } finally {
    progress.stop();
    await workspace.close();
  }
}

type VerifyOptions = { fingerprint?: string; checkpoint?: string };
function verify(dir: string, options: VerifyOptions): void {
  const verdict = verifyPackage(dir, {
    fingerprint: options.fingerprint ?? process.env['INZAGEWACHT_EVIDENCE_FINGERPRINT'] ?? null,
    checkpoint: options.checkpoint === undefined ? null : readFileSync(options.checkpoint, 'utf8'),
  });
  process.stdout.write(describeVerdict(verdict));
  if (verdict.verdict !== 'genuine' && verdict.verdict !== 'intact')
    throw new AppError('ERR_EVIDENCE_REFUSED', `This package is ${verdict.verdict}.`, {
      findings: verdict.findings.length,
    });
}

async function withWorkspace(
  options: Common & { data?: string },
  work: (workspace: Workspace, settings: Settings) => Promise<void>,
): Promise<void> {
  const { settings, log } = context(options);
  const workspace = await openEitherWorkspace(options, settings, log);
  try {
    await work(workspace, settings);
  } finally {
    await workspace.close();
  }
}

const check = (options: Common & { data?: string; published?: string }): Promise<void> =>
  withWorkspace(options, async (workspace, settings) => {
    const progress = createProgress('checking');
    const { published = settings.evidence.publishTo } = options;
    const verdict = await checkAndRecord(workspace, {
      tenant: settings.tenant,
      ...(published === undefined ? {} : { published }),
      progress: (done) => progress.update(done, done, `${done} entries`),
    });
    progress.stop();
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
    if (verdict.findings.length > 0)
      throw new AppError(
        'ERR_EVIDENCE_LOG_CHANGED',
        `${verdict.findings.length} findings: something was changed, removed or added since it was logged. Keep this store as it is.`,
        { findings: verdict.findings.length },
      );
  });

const publishCheckpoint = (options: Common & { data?: string; to?: string }): Promise<void> =>
  withWorkspace(options, async ({ evidence }, settings) => {
    const publishers = publishersOf(settings, options.to);
    if (publishers.length === 0)
      throw new AppError(
        'ERR_CLI_USAGE',
        'Name a folder with --to, or set evidence.publishTo or evidence.publishToMail.',
      );
    const log = await evidence.log();
    if (log === null) return;
    const checkpoint = await log.checkpoint();
    const failed = await publish(checkpoint, publishers);
    const [first] = failed;
    if (first !== undefined)
      throw new AppError(
        'ERR_EVIDENCE_TIMESTAMP',
        `The checkpoint could not be published (${failed.map(({ name }) => name).join(', ')}).`,
        {},
        first.cause,
      );
    process.stdout.write(`${checkpoint.note}\n`);
  });

const key = (options: Common & { data?: string }): Promise<void> =>
  withWorkspace(options, async ({ evidence }) => {
    const { publicPem, fingerprint } = evidence.signer;
    process.stdout.write(`${publicPem}fingerprint ${fingerprint}\n`);
  });

const kinds = (text: string): ReferralKind[] =>
  text.split(',').map((kind) => {
    const known = REFERRAL_KINDS.find((one) => one === kind.trim());
    if (known !== undefined) return known;
    throw new AppError('ERR_CLI_USAGE', `A referral is one of ${REFERRAL_KINDS.join(', ')}.`);
  });

/** `evidence export|verify|check|publish|key`. */
export function evidenceCommand(root: Command): void {
  const evidence = root
    .command('evidence')
    .description('packages and log that stand up as evidence');
  evidence.exitOverride();
  const command = (name: string, text: string): Command =>
    evidence.command(name).description(text).exitOverride();
  const withData = (name: string, text: string): Command =>
    command(name, text)
      .option('--data <DIR>', 'data directory; without it the ClickHouse server of the settings')
      .option('--config <FILE>', 'settings file (YAML)');

  withData('export', 'builds the package of a case, once a second person agreed')
    .argument('<case>')
    .requiredOption('--out <DIR>', 'new folder for the package')
    .option('--reference <DIR>', 'folder with reference files; the newest import when left out')
    .option('--referral <KINDS>', `what it is about: ${REFERRAL_KINDS.join(', ')}`, kinds, [
      'viewed',
    ])
    .option('--note <TEXT>', 'a line for the receiver, in the report', '')
    .action(exportCase);
  command('verify', 'checks a package without any database')
    .argument('<dir>')
    .option('--fingerprint <HEX>', 'fingerprint of the key as the sender published it')
    .option('--checkpoint <FILE>', 'a checkpoint that was published earlier')
    .action((dir: string, options: VerifyOptions) => verify(dir, options));
  withData('check', 'holds everything stored against the log: changed, missing, reordered')
    .option('--published <DIR>', 'folder with published checkpoints')
    .action(check);
  withData('publish', 'signs the log as it is and publishes the checkpoint')
    .option('--to <DIR>', 'folder outside this system')
    .action(publishCheckpoint);
  withData('key', 'shows the public key and its fingerprint, to publish elsewhere').action(key);
}
