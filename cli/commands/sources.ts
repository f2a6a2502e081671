import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { AppError } from '../../domain/errors.ts';
import type { AuditEvent } from '../../domain/event.ts';
import { toIso } from '../../domain/time.ts';
import { fieldCoverage } from '../../ingest/field-coverage.ts';
import type { Emit, Format, RawLine } from '../../ingest/formats/format.ts';
import { guessMapping } from '../../ingest/formats/guess-mapping.ts';
import { formatFromMapping } from '../../ingest/formats/mapping.ts';
import { detectFormat, formatById } from '../../ingest/formats/registry.ts';
import { listInputs, readLines } from '../../ingest/sources/files.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { toAuditEvent } from '../../ingest/to-audit-event.ts';
import { createTokenizer } from '../../ingest/tokens.ts';
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

type Chosen = { format: Format; settings: string; remarks: readonly string[] };
function choose(lines: readonly RawLine[], options: TryOptions): Chosen {
  const sample = Buffer.concat(lines.flatMap((l) => [l.bytes, Buffer.from('\n')])).subarray(
    0,
    1_048_576,
  );
  if (options.mapping !== undefined) {
    const settings = readFileSync(options.mapping, 'utf8');
    return { format: formatFromMapping(settings), settings, remarks: [] };
  }
  const format = options.format === undefined ? detectFormat(sample) : formatById(options.format);
  if (format !== null) {
    const settings = stringify({
      format: format.id,
      zone: 'Europe/Amsterdam',
      operations: {},
      fields: {},
    });
    return { format, settings: 'with' in format ? settings : '', remarks: [] };
  }
  const guess = guessMapping(sample, options.system);
  if (guess === null)
    throw new AppError(
      'ERR_INGEST_UNKNOWN_FORMAT',
      'This is no format we know and no table: for JSON of your own write a mapping with format: json.',
    );
  return { format: formatFromMapping(guess.yaml), settings: guess.yaml, remarks: guess.remarks };
}

/** What the first lines become, in tokens that no store knows; nothing is kept. */
async function trySource(place: string, options: TryOptions): Promise<void> {
  const lines = await firstLines(place, options.lines);
  if (lines.length === 0)
    throw new AppError('ERR_INGEST_NO_INPUT', 'There is nothing to read.', {});
  const { format, settings, remarks } = choose(lines, options);
  const tokens = createTokenizer(randomBytes(32), { tenant: 'try' });
  const events: AuditEvent[] = [];
  const dead = new Map<string, number>();
  const consumed = new Map<string, number>();
  const add = (map: Map<string, number>, key: string): void =>
    void map.set(key, (map.get(key) ?? 0) + 1);
  const emit: Emit = {
    event: (parsed, line) =>
      void events.push(toAuditEvent(parsed, line.bytes, events.length, tokens)),
    dead: (reason, field) => add(dead, field === null ? reason : `${reason} (${field})`),
    consumed: (kind) => add(consumed, kind),
  };
  const reader = format.reader();
  for (const line of lines) reader.line(line, emit);
  reader.end(emit);
  process.stdout.write(report(format, lines.length, events, dead, consumed, remarks));
  if (settings === '') return;
  if (options.write === undefined)
    process.stdout.write(`\nsettings:\n${settings.replaceAll(/^/gm, '  ')}\n`);
  else {
    writeFileSync(options.write, settings, { flag: 'wx' });
    process.stdout.write(
      `\nsettings written to ${options.write}: edit, then scan --mapping ${options.write}\n`,
    );
  }
}

const short = (token: string | null | undefined): string => (token ? token.slice(0, 12) : '–');
const percent = (share: number): string => `${Math.round(100 * share)} %`.padStart(6);

function report(
  format: Format,
  lines: number,
  events: readonly AuditEvent[],
  dead: ReadonlyMap<string, number>,
  consumed: ReadonlyMap<string, number>,
  remarks: readonly string[],
): string {
  const rows = events.slice(0, SHOWN).map((e) => {
    const time = e.isDateOnly ? toIso(e.occurredAt).slice(0, 10).padEnd(24) : toIso(e.occurredAt);
    const parts = [time, e.action.padEnd(6), e.outcome.padEnd(7), short(e.actor?.token).padEnd(12)];
    return `  ${[...parts, short(e.subject).padEnd(12), e.queryKey ?? '–', e.fields.slice(0, 3).join(',')].join('  ')}`;
  });
  const reasons = [...dead].map(([reason, n]) => {
    const advice = ADVICE[reason.split(' ')[0] ?? ''];
    return `  ${n} × ${reason}${advice === undefined ? '' : `: ${advice}`}`;
  });
  const missing = fieldCoverage(events).map(
    ({ name, share, detectors }) =>
      `  ${percent(share)}  ${name}${share < 0.5 ? ` — without it: ${detectors.join(', ')}` : ''}`,
  );
  const deadLetters = [...dead.values()].reduce((sum, n) => sum + n, 0);
  return [
    `format ${format.id}: ${lines} lines → ${events.length} events, ${deadLetters} dead letters, ${[...consumed].map(([k, n]) => `${n} ${k}`).join(', ') || 'nothing else'}`,
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
