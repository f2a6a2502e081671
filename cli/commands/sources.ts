import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { toIso } from '../../domain/time.ts';
import { fieldCoverage } from '../../ingest/field-coverage.ts';
import type { RawLine } from '../../ingest/formats/format.ts';
import { listInputs, readLines } from '../../ingest/sources/files.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { type Trial, tryLines } from '../source-trial.ts';
import { sourcesRunCommand } from './sources-run.ts';

type TryOptions = {
  format?: string;
  mapping?: string;
  system: string;
  write?: string;
  lines: number;
};
const MAX_URL_BYTES = 4_194_304;
const SHOWN = 10;
/** Reasons that the writer of a mapping can do something about, in words. */
const ADVICE: Readonly<Record<string, string>> = {
  'unknown-operation': 'name this operation under values or operations',
  'impossible-time': 'check datePattern and zone',
  'bsn-eleven-test': 'the number is no BSN: another column, or subject.local',
  'wrong-column-count': 'check delimiter and quotes',
  'number-mangled': 'a spreadsheet rounded this number: export again as text',
  'missing-field': 'this part is needed and is not there',
};

async function firstLines(place: string, most: number): Promise<RawLine[]> {
  if (/^https?:\/\//.test(place)) return linesOfUrl(place, most);
  const [input] = await listInputs([place]);
  if (input === undefined) return [];
  const lines: RawLine[] = [];
  for await (const chunk of readLines(input, () => undefined)) {
    lines.push(...chunk.map((line) => ({ ...line, bytes: Buffer.from(line.bytes) })));
    if (lines.length >= most) break;
  }
  return lines.slice(0, most);
}

async function linesOfUrl(url: string, most: number): Promise<RawLine[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok || response.body === null)
    throw new AppError('ERR_INGEST_NO_INPUT', `The address answered ${response.status}.`, {});
  const splitter = createLineSplitter();
  const lines: RawLine[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    lines.push(...splitter.push(Buffer.from(chunk)));
    if (lines.length >= most || size > MAX_URL_BYTES) break;
  }
  if (lines.length < most) lines.push(...splitter.end());
  return lines.slice(0, most);
}

/** What the first lines become, in tokens that no store knows; nothing is kept. */
async function trySource(place: string, options: TryOptions): Promise<void> {
  const lines = await firstLines(place, options.lines);
  const settings =
    options.mapping === undefined ? undefined : readFileSync(options.mapping, 'utf8');
  const trial = tryLines(lines, { format: options.format, system: options.system, settings });
  process.stdout.write(report(trial));
  if (trial.settings === '') return;
  if (options.write === undefined)
    process.stdout.write(`\nsettings:\n${trial.settings.replaceAll(/^/gm, '  ')}\n`);
  else {
    writeFileSync(options.write, trial.settings, { flag: 'wx' });
    process.stdout.write(
      `\nsettings written to ${options.write}: edit, then scan --mapping ${options.write}\n`,
    );
  }
}

const short = (token: string | null | undefined): string => (token ? token.slice(0, 12) : '–');
const percent = (share: number): string => `${Math.round(100 * share)} %`.padStart(6);

function report({ format, lines, events, dead, consumed, remarks }: Trial): string {
  const rows = events.slice(0, SHOWN).map((e) => {
    const time = e.isDateOnly ? toIso(e.occurredAt).slice(0, 10).padEnd(24) : toIso(e.occurredAt);
    const parts = [time, e.action.padEnd(6), e.outcome.padEnd(7), short(e.actor?.token).padEnd(12)];
    return `  ${[...parts, short(e.subject).padEnd(12), e.queryKey ?? '–', e.fields.slice(0, 3).join(',')].join('  ')}`;
  });
  const reasons = dead.map(({ reason, field, count }) => {
    const advice = ADVICE[reason];
    const what = field === null ? reason : `${reason} (${field})`;
    return `  ${count} × ${what}${advice === undefined ? '' : `: ${advice}`}`;
  });
  const missing = fieldCoverage(events).map(
    ({ name, share, detectors }) =>
      `  ${percent(share)}  ${name}${share < 0.5 ? ` — without it: ${detectors.join(', ')}` : ''}`,
  );
  const deadLetters = dead.reduce((sum, { count }) => sum + count, 0);
  return [
    `format ${format.id}: ${lines} lines → ${events.length} events, ${deadLetters} dead letters, ${consumed.map((c) => `${c.count} ${c.kind}`).join(', ') || 'nothing else'}`,
    ...remarks.map((remark) => `  note: ${remark}`),
    '',
    '  time                      action  outcome  official      person        key  data',
    ...rows,
    ...(reasons.length > 0 ? ['', 'set aside:', ...reasons] : []),
    '',
    'share of events that say it:',
    ...missing,
    '',
  ].join('\n');
}

const lineCount = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000)
    throw new InvalidArgumentError('must be a whole number up to 100000');
  return value;
};

/** `sources try`: what a log would become, before anything is connected. */
export function sourcesCommand(root: Command): void {
  const sources = root.command('sources').description('logs that are read').exitOverride();
  sourcesRunCommand(sources);
  sources
    .command('try')
    .description(
      'shows what the first lines of a log become, what is missing, and proposes settings',
    )
    .argument('<place>', 'file or http(s) address')
    .option('--format <F>', 'the format, when it is not recognised')
    .option('--mapping <FILE>', 'settings to try instead of proposing some')
    .option('--system <NAME>', 'name of the source in a proposed mapping', 'bron')
    .option('--lines <N>', 'lines to read', lineCount, 200)
    .option('--write <FILE>', 'write the proposed settings here; never overwrites')
    .exitOverride()
    .action(trySource);
}
