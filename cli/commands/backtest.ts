import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Logger } from 'pino';
import type { Alert } from '../../domain/alert.ts';
import { AppError } from '../../domain/errors.ts';
import { unpackReference } from '../../domain/packed-reference.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import { indexReference } from '../../reference/index-rows.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import type { Comparison, Lost, Won } from '../../review/backtest.ts';
import { openJournal } from '../../review/journal.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createBacktestStore } from '../../storage/backtests.ts';
import { createConfidentialStore } from '../../storage/confidential.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { approvedSettings } from '../approved-settings.ts';
import { type Asked, backtestHere, compareWith, recordOf, wayOf } from '../backtesting.ts';
import { context } from '../context.ts';
import { instant } from '../instants.ts';
import type { Period, Way } from '../raise-again.ts';
import { loadPackedReference } from '../reference.ts';
import { loadSettings, type Settings, settingsVersion } from '../settings.ts';
import { openWorkspace } from '../workspace.ts';

type Options = {
  from: number;
  to: number;
  config?: string;
  compare?: string;
  data: string;
  reference?: string;
  as?: Way;
  budget?: number;
  out?: string;
  json: boolean;
};

/** What the period is compared with: alerts of an earlier run, or what other settings would raise. */
type Compared = { alerts: Alert[] } | { settings: Settings };

/** A file of alerts (NDJSON, as `scan` and `backtest` write them), or of settings (YAML). */
export function readCompared(file: string): Compared {
  const text = readFileSync(file, 'utf8');
  if (text.trim() !== '' && !text.trimStart().startsWith('{'))
    return { settings: loadSettings(file) };
  try {
    const alerts = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Alert);
    if (alerts.every((a) => typeof a.alertId === 'string')) return { alerts };
  } catch {
    // Told below.
  }
  throw new AppError(
    'ERR_CLI_USAGE',
    `${file} holds neither alerts (NDJSON, as scan writes them) nor settings (YAML).`,
  );
}

async function run(options: Options, settings: Settings, log: Logger): Promise<void> {
  const period: Period = { from: options.from, to: options.to };
  if (period.to <= period.from)
    throw new AppError('ERR_CLI_USAGE', 'The period ends before it begins: see --from and --to.');
  const compared = options.compare === undefined ? null : readCompared(options.compare);
  const started = performance.now();
  const workspace = await openWorkspace(options.data, settings.tenant);
  try {
    const { store, reviewStore } = workspace;
    const { tenant } = settings;
    const journal = await openJournal(createJournalStore(reviewStore, tenant), { tenant });
    const way = options.as ?? (await wayOf(store, tenant));
    // A file says all that it means; without one, what is in force counts, changes agreed to included.
    const inForce =
      way === 'service' && options.config === undefined
        ? approvedSettings(journal, settings, log)
        : settings;
    const tried = {
      ...inForce,
      ...(options.budget === undefined ? {} : { budget: options.budget }),
    };
    const reference = await loadPackedReference(options.reference, workspace, log);
    const asked: Asked = { period, way, settings: tried, reference };
    const raised = await backtestHere(store, asked);
    const before =
      compared !== null && 'settings' in compared
        ? (await backtestHere(store, { ...asked, settings: compared.settings })).alerts
        : compared?.alerts;
    const directory = createAlertDirectory(
      createAlertStore(reviewStore),
      createConfidentialStore(reviewStore),
    );
    await directory.refresh();
    let indexed: ReferenceData | null = null;
    // Only suppressions ask who belonged where.
    const whoIsWho = (): ReferenceData => (indexed ??= indexReference(unpackReference(reference)));
    const deps = { journal, directory, reference: whoIsWho };
    const comparison = await compareWith(store, asked, raised, deps, before);
    await createBacktestStore(store, tenant).save(recordOf(asked, comparison));
    if (options.out !== undefined)
      writeFileSync(options.out, raised.alerts.map((a) => `${JSON.stringify(a)}\n`).join(''), {
        mode: 0o600,
      });
    process.stdout.write(options.json ? asLines(comparison) : describe(comparison));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${summary(comparison, asked)}${seconds} s\n`);
  } finally {
    await workspace.close();
  }
}

const asLines = ({ won, lost }: Comparison): string =>
  [...lost.map((l) => ({ change: 'lost', ...l })), ...won.map((w) => ({ change: 'won', ...w }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

const about = ({ alert, isHidden }: Won): string =>
  `${alert.alertId}  ${alert.typology} (${alert.severity}, ${alert.score})  ${alert.firstEventAt.slice(0, 10)}  ` +
  `${alert.reasons[0]?.text.en ?? ''}${isHidden ? '  [hidden by a suppression]' : ''}`;
const WHY: Record<Lost['because'], string> = {
  'explained-since': 'reference data explains it by now',
  budget: 'no place within the budget',
  'not-signalled': 'nothing speaks of it',
};
const describe = ({ won, lost }: Comparison): string =>
  lost
    .map(
      (l) =>
        `lost  ${l.standing}${l.caseId === null ? '' : ` ${l.caseId}`}  ${about(l)}  (${WHY[l.because]})\n`,
    )
    .join('') + won.map((w) => `won   ${about(w)}\n`).join('');

function summary(c: Comparison, { settings, reference, way }: Asked): string {
  const { before, after, same, changed, won, lost, confirmedLost, hiddenBefore, hiddenAfter } = c;
  return (
    `alerts before ${before} (hidden ${hiddenBefore}), after ${after} (hidden ${hiddenAfter}): ` +
    `the same ${same - changed}, changed ${changed}, won ${won.length}, lost ${lost.length}\n` +
    (confirmedLost > 0 ? `warning: ${confirmedLost} confirmed cases would be lost\n` : '') +
    `chosen as a ${way} does, settings ${settingsVersion(settings)}, reference data ${reference.version}, `
  );
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above zero');
  return value;
};

/** `backtest`: what other settings would have raised. */
export function backtestCommand(root: Command): void {
  root
    .command('backtest')
    .description('runs detection over stored history with other settings; alerts stay as they are')
    .requiredOption('--from <T>', 'alerts from this date or time on', instant(false))
    .requiredOption('--to <T>', 'up to this date (inclusive) or time', instant(true))
    .option('--config <FILE>', 'settings to try (YAML); those in force when left out')
    .option('--compare <FILE>', 'alerts (NDJSON) or settings (YAML) instead of the stored alerts')
    .option('--data <DIR>', 'data directory', '.inzagewacht/data')
    .option('--reference <DIR>', 'reference files; the newest import when left out')
    .addOption(
      new Option('--as <WAY>', 'how alerts are chosen; as those stored when left out').choices([
        'service',
        'scan',
      ]),
    )
    .option('--budget <N>', 'alerts per 1,000 officials per day with work', positive)
    .option('--out <FILE>', 'write all alerts of the backtest here (NDJSON)')
    .option('--json', 'one JSON object a line for each alert won or lost', false)
    .exitOverride()
    .action(async (options: Options) => {
      const { settings, log } = context(options);
      await run(options, settings, log);
    });
}
