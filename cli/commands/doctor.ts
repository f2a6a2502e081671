import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { DAY_MS, toIso } from '../../domain/time.ts';
import { verifyChains } from '../../review/verify-chains.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createReviewLogStore } from '../../storage/review-log.ts';
import { createReviewLookups } from '../../storage/review-lookups.ts';
import { context } from '../context.ts';
import { checkEvidence } from '../evidence-check.ts';
import { CHECK_EVERY_MS, lastCheck } from '../log-check.ts';
import { erasedEnds } from '../retention-run.ts';
import { openEitherWorkspace } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import { sourcesOf } from '../source-health.ts';
import type { Workspace } from '../workspace.ts';
import { reportTopics } from './topics.ts';

type Finding = { isFine: boolean; what: string; advice?: string };
/** An event from this far ahead means that a clock somewhere is wrong. */
const AHEAD_MS = 5 * 60_000;
const SHOWN = 10;

const fine = (what: string): Finding => ({ isFine: true, what });
const wrong = (what: string, advice: string): Finding => ({ isFine: false, what, advice });

/** Every chain of decisions and of the review log, recomputed from the stored text. */
export async function checkChains(workspace: Workspace, tenant: string): Promise<Finding[]> {
  const { entries, chains, faults } = verifyChains(
    await createJournalStore(workspace.store, tenant).raw(),
    await createReviewLogStore(workspace.store, tenant).raw(),
    await erasedEnds(workspace),
  );
  if (faults.length === 0)
    return [fine(`review: ${entries} entries in ${chains} chains fit together`)];
  return faults
    .slice(0, SHOWN)
    .map(({ chain, sequence, reason }) =>
      wrong(
        `review: entry ${sequence} of ${chain}: ${reason}`,
        'The history was changed outside of the service: keep this directory as it is and tell the data protection officer.',
      ),
    );
}

/** Rows, records, entries and checkpoints against the transparency log. */
async function checkLog(workspace: Workspace, { tenant, evidence }: Settings): Promise<Finding[]> {
  const published = evidence.publishTo;
  const { entries, rows, checkpoints, findings } = await checkEvidence(workspace, {
    tenant,
    ...(published === undefined || !existsSync(published) ? {} : { published }),
  });
  if (findings.length === 0)
    return [fine(`log: ${rows} events, ${entries} entries and ${checkpoints} checkpoints agree`)];
  return findings
    .slice(0, SHOWN)
    .map(({ code, at, count }) =>
      wrong(
        `log: ${code} (${count}) at ${at}`,
        'Something was changed, removed or added since it was logged: keep this directory as it is and tell the data protection officer.',
      ),
    );
}

async function checkSources(workspace: Workspace): Promise<Finding[]> {
  const sources = await sourcesOf(createReviewLookups(workspace.store), workspace.deadLetters);
  if (sources.length === 0)
    return [wrong('sources: no events yet', 'Name the logs to read with --events PATH.')];
  const now = Date.now();
  return sources.flatMap((source) => {
    const name = `${source.system}${source.instance === '' ? '' : ` (${source.instance})`}`;
    const at = source.lastEventAt ?? 0;
    const found: Finding[] = [];
    if (at - now > AHEAD_MS)
      found.push(
        wrong(
          `clock: ${name} has events of ${toIso(at)}, which is to come`,
          'Check the clock of that system.',
        ),
      );
    if (source.state !== 'fresh')
      found.push(
        wrong(
          `source: ${name} is ${source.state}, last event ${toIso(at)}`,
          'Ask its administrator whether it still delivers.',
        ),
      );
    for (const gap of source.gaps.slice(0, SHOWN))
      found.push(
        wrong(
          `gap: ${name} has nothing from ${toIso(gap.from)} to ${toIso(gap.to)}`,
          'Ask for that part of the log again; known events are recognised.',
        ),
      );
    if ((source.missingSequence ?? 0) > 0)
      found.push(
        wrong(
          `gap: ${name} misses ${source.missingSequence} numbers of its own sequence`,
          'Ask for the log again.',
        ),
      );
    if (found.length === 0) found.push(fine(`source: ${name} is fresh, ${source.events} events`));
    return found;
  });
}

async function checkStore(workspace: Workspace, data: string | undefined): Promise<Finding[]> {
  const [row] = await workspace.store.rows<[number]>('SELECT toUnixTimestamp64Milli(now64(3))');
  const apart = Math.abs(Number(row?.[0] ?? 0) - Date.now());
  const clock =
    apart < 2_000
      ? fine('store: answers, and its clock agrees')
      : wrong(`clock: store and process are ${apart} ms apart`, 'Synchronise both clocks (NTP).');
  // The separate processes name key and vault in their settings, and open neither without them.
  if (data === undefined) return [clock];
  const keyFile = process.env['INZAGEWACHT_MASTER_KEY_FILE'] ?? `${data}.key`;
  return [
    clock,
    existsSync(keyFile)
      ? fine('key: the master key is outside the data directory')
      : wrong(
          'key: the master key is gone',
          'Restore it from its backup: identities are lost without it.',
        ),
    existsSync(join(data, 'vault'))
      ? fine('vault: there')
      : wrong('vault: there is none', 'Restore the folder `vault` from its backup.'),
  ];
}

async function checkBroker(settings: Settings): Promise<Finding[]> {
  if (settings.kafka === undefined) return [];
  try {
    return (await reportTopics(settings, false)).map(({ topic, partitions, problem }) =>
      problem === null
        ? fine(`topic: ${topic} has ${partitions} partitions`)
        : wrong(
            `topic: ${topic} ${problem}`,
            'Make it with topics --create; a number of partitions is changed by a migration only (docs/operations.md).',
          ),
    );
  } catch (error) {
    return [
      wrong(
        `broker: no answer (${error instanceof Error ? error.name : 'unknown failure'})`,
        'Check the brokers of the settings, TLS and SASL, and whether they run.',
      ),
    ];
  }
}

/** BIO2: once a month somebody or something looks whether the logs are unchanged. */
async function checkedMonthly(workspace: Workspace): Promise<Finding> {
  const last = await lastCheck(workspace);
  const advice = 'Run `inzagewacht evidence check`; `serve` does so by itself.';
  const [first] = await workspace.evidence.entries.entries(0, 1);
  if (last === null)
    return first !== undefined && Date.now() - Date.parse(first.time) > CHECK_EVERY_MS
      ? wrong('monthly check: the log was never checked', advice)
      : fine('monthly check: not due yet');
  if (last.findings > 0)
    return wrong(
      `monthly check: ${last.findings} findings on ${last.at.slice(0, 10)}`,
      'Keep this store as it is, and compare with the checkpoints that were published.',
    );
  return Date.now() - Date.parse(last.at) > CHECK_EVERY_MS + DAY_MS
    ? wrong(`monthly check: the last was on ${last.at.slice(0, 10)}`, advice)
    : fine(`monthly check: unchanged on ${last.at.slice(0, 10)}, ${last.entries} entries`);
}

async function checkLetters(workspace: Workspace): Promise<Finding[]> {
  const counts = await workspace.deadLetters.counts();
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [fine('dead letters: none')];
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return [
    wrong(
      `dead letters: ${total} (${most.map(([reason, count]) => `${reason} ${count}`).join(', ')})`,
      'Mend the format or the mapping, then replay them.',
    ),
  ];
}

/** `doctor`: what is wrong with an installation and what to do about it. */
async function doctor(options: { data?: string; config?: string }): Promise<void> {
  const { settings, log } = context(options);
  const { data } = options;
  const workspace = await openEitherWorkspace(options, settings, log);
  try {
    const findings = [
      ...(await checkStore(workspace, data)),
      ...(data === undefined ? await checkBroker(settings) : []),
      ...(await checkSources(workspace)),
      ...(await checkLetters(workspace)),
      ...(await checkChains(workspace, settings.tenant)),
      ...(await checkLog(workspace, settings)),
      await checkedMonthly(workspace),
    ];
    for (const { isFine, what, advice } of findings)
      process.stdout.write(
        `${isFine ? 'ok   ' : 'WRONG'} ${what}${advice === undefined ? '' : `\n      ${advice}`}\n`,
      );
    const faults = findings.filter((f) => !f.isFine).length;
    if (faults > 0)
      throw new AppError(
        'ERR_DOCTOR_FOUND',
        `${faults} of ${findings.length} checks found something.`,
      );
  } finally {
    await workspace.close();
  }
}

export const doctorCommands = (root: Command): void => {
  root
    .command('doctor')
    .description(
      'checks clocks, sources, gaps, store, broker and the chains of review; says what to do',
    )
    .option('--data <DIR>', 'data directory; without it the servers of the settings')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(doctor);
};
