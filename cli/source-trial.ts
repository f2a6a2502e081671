import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import type { ServerDeps } from '../api/deps.ts';
import { AppError } from '../domain/errors.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import { fieldCoverage } from '../ingest/field-coverage.ts';
import type { Emit, Format, RawLine } from '../ingest/formats/format.ts';
import { guessMapping } from '../ingest/formats/guess-mapping.ts';
import { formatFromMapping } from '../ingest/formats/mapping.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import { toAuditEvent } from '../ingest/to-audit-event.ts';
import { createTokenizer } from '../ingest/tokens.ts';

const SAMPLE_BYTES = 1_048_576;
const SHOWN_EVENTS = 20;
const MAX_LINES = 1_000;

type TrialOptions = {
  /** Name of the format, when it is not recognised. */
  format?: string | undefined;
  /** Settings (YAML) to try instead of proposing some. */
  settings?: string | undefined;
  /** Name of the source in proposed settings. */
  system: string;
};
export type Trial = {
  format: Format;
  lines: number;
  events: AuditEvent[];
  dead: { reason: DeadLetterReason; field: string | null; count: number }[];
  consumed: { kind: DropReason; count: number }[];
  /** The settings that were tried or are proposed (YAML); empty when the format takes none. */
  settings: string;
  remarks: readonly string[];
};

type Chosen = Pick<Trial, 'format' | 'settings' | 'remarks'>;
function choose(lines: readonly RawLine[], options: TrialOptions): Chosen {
  const sample = Buffer.concat(lines.flatMap((l) => [l.bytes, Buffer.from('\n')])).subarray(
    0,
    SAMPLE_BYTES,
  );
  if (options.settings !== undefined)
    return {
      ...{ format: formatFromMapping(options.settings), settings: options.settings, remarks: [] },
    };
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

/** What lines become, in tokens that no store knows; nothing is kept. */
export function tryLines(lines: readonly RawLine[], options: TrialOptions): Trial {
  if (lines.length === 0)
    throw new AppError('ERR_INGEST_NO_INPUT', 'There is nothing to read.', {});
  const chosen = choose(lines, options);
  const tokens = createTokenizer(randomBytes(32), { tenant: 'try' });
  const events: AuditEvent[] = [];
  const dead = new Map<string, Trial['dead'][number]>();
  const consumed = new Map<DropReason, number>();
  const emit: Emit = {
    event: (parsed, line) =>
      void events.push(toAuditEvent(parsed, line.bytes, events.length, tokens)),
    dead(reason, field) {
      const key = `${reason} ${field ?? ''}`;
      dead.set(key, { reason, field, count: (dead.get(key)?.count ?? 0) + 1 });
    },
    consumed: (kind) => void consumed.set(kind, (consumed.get(kind) ?? 0) + 1),
  };
  const reader = chosen.format.reader();
  for (const line of lines) reader.line(line, emit);
  reader.end(emit);
  return {
    ...chosen,
    ...{ lines: lines.length, events, dead: [...dead.values()] },
    consumed: [...consumed].map(([kind, count]) => ({ kind, count })),
  };
}

/** The same for text that came over HTTP, as the page shows it. */
export const tryText: NonNullable<ServerDeps['trySource']> = ({ text, ...options }) => {
  const splitter = createLineSplitter();
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()].slice(0, MAX_LINES);
  const trial = asked(() => tryLines(lines, options));
  return {
    ...{ format: trial.format.id, lines: trial.lines, settings: trial.settings },
    ...{ eventCount: trial.events.length, deadLetters: trial.dead, consumed: trial.consumed },
    remarks: [...trial.remarks],
    coverage: fieldCoverage(trial.events).map(({ part, share, detectors }) => ({
      ...{ part, share, detectors: [...detectors] },
    })),
    events: trial.events.slice(0, SHOWN_EVENTS).map((e) => ({
      ...{ occurredAt: e.occurredAt, isDateOnly: e.isDateOnly, action: e.action },
      ...{ outcome: e.outcome, actor: e.actor?.token ?? null, subject: e.subject },
      ...{ queryKey: e.queryKey, fields: e.fields, hasCaseRef: e.caseRef !== null },
    })),
  };
};

/** Settings that cannot be read are the fault of who typed them here, not of this service. */
function asked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_INGEST_MAPPING')
      throw new AppError('ERR_REVIEW_REFUSED', 'These settings cannot be used.', {}, error);
    throw error;
  }
}
