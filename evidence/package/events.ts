import { createHash, hash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { Bag, BagFile } from './bag.ts';
import { type CaseFile, EvidenceRow, type RowSource } from './case-file.ts';

/** One line of `canonical.ndjson`: `prev` is the SHA-256 of the line before, null on the first. */
type CanonicalLine = {
  seq: number;
  prev: string | null;
  event: EvidenceRow['event'];
  isEpisode: boolean;
  lineSha256: string;
  raw: {
    /** File of the package and line in it; null: not kept, or not covered by the reveal. */
    file: string | null;
    line: number | null;
    sha256: string | null;
    /** Where it was read. */
    source: string | null;
    sourceLine: number | null;
    offset: number | null;
  };
  proof: EvidenceRow['proof'];
};
/** What a file of original lines holds, for the ontology and the report. */
export type RawFile = { path: string; source: string; lines: number };
export type WrittenEvents = {
  rawFiles: RawFile[];
  withheldLines: number;
  missingLines: number;
  count: number;
  /** Lookups that the alerts are about: how many, and the first of them. */
  episodes: number;
  episode: EvidenceRow[];
};

const MAX_PLACED = 10_000;
/** Lookups kept in memory for report and ontology; the canonical files have all. */
const MAX_EPISODE = 5_000;

export const CSV_COLUMNS = [
  ...['seq', 'occurredAt', 'system', 'instance', 'eventId', 'actor', 'unit', 'action', 'outcome'],
  ...['subject', 'objectKind', 'object', 'queryKey', 'resultCount', 'caseRef', 'emergency'],
  ...['isEpisode', 'rawFile', 'rawLine', 'rawSha256'],
] as const;
const csvCell = (value: string | number | boolean | null | undefined): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvLine = (line: CanonicalLine): string => {
  const { event: e, raw } = line;
  return `${[
    ...[line.seq, e.occurredAt, e.system, e.instance, e.eventId, e.actor?.token, e.actor?.unit],
    ...[e.action, e.outcome, e.subject, e.object?.kind, e.object?.token, e.queryKey],
    ...[e.resultCount, e.caseRef, e.emergency, line.isEpisode, raw.file, raw.line, raw.sha256],
  ]
    .map(csvCell)
    .join(',')}\r\n`;
};

const lineKey = ({ line }: EvidenceRow): string =>
  line === null ? '' : `${line.source}\0${line.lineNumber}\0${line.offset}`;
const MARK_BYTES = 6;
/** 48 bits of a key: a set of these takes a tenth of the memory. Two keys alike keep one line too many back. */
const markOf = (key: string): number => hash('sha256', key, 'buffer').readUIntBE(0, MARK_BYTES);

/**
 * Which lines the reveal covers as a whole: the official and every person that any event of the line is
 * about. A line shows everyone on it in clear, so one uncovered resident keeps the line back.
 */
export async function coveredLines(
  { approval }: CaseFile,
  rows: RowSource,
): Promise<(key: string) => boolean> {
  const covers = new Set(approval.covers);
  const refused = new Set<number>();
  for await (const row of rows()) {
    const key = lineKey(row);
    if (key === '') continue;
    const { actor, subject } = row.event;
    const isCovered =
      (actor === null || covers.has(actor.token)) && (subject === null || covers.has(subject));
    if (!isCovered) refused.add(markOf(key));
  }
  return (key) => !refused.has(markOf(key));
}

const slug = (source: string): string =>
  source
    .toLowerCase()
    .replace(/^.*[/\\]/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40) || 'source';

/** Writes original lines, the canonical form of every event in a chain, and a table of them. */
export async function writeEvents(
  bag: Bag,
  file: CaseFile,
  rows: RowSource,
): Promise<WrittenEvents> {
  const isCovered = await coveredLines(file, rows);
  const raw = createRawWriter(bag);
  const csv = bag.open('data/events/canonical.csv');
  csv.write(`${CSV_COLUMNS.join(',')}\r\n`);
  const lines: BagFile = bag.open('data/events/canonical.ndjson');
  let prev: string | null = null;
  let withheld = 0;
  let missing = 0;
  let count = 0;
  let episodes = 0;
  let lastAt = '';
  const episode: EvidenceRow[] = [];
  for await (const given of rows()) {
    const row = checkRow(given, lastAt);
    lastAt = row.event.occurredAt;
    count++;
    if (row.isEpisode && episodes++ < MAX_EPISODE) episode.push({ ...row, line: null });
    if (row.line === null) missing++;
    const isShown = row.line !== null && isCovered(lineKey(row));
    if (row.line !== null && !isShown) withheld++;
    const line: CanonicalLine = {
      seq: count,
      prev,
      event: row.event,
      isEpisode: row.isEpisode,
      lineSha256: row.lineSha256,
      raw:
        row.line !== null && isShown
          ? raw.place(lineKey(row), row.line)
          : { ...NOWHERE, source: null, sourceLine: row.line?.lineNumber ?? null },
      proof: row.proof,
    };
    const text = canonicalJson(line satisfies Json);
    prev = createHash('sha256').update(text).digest('hex');
    lines.write(`${text}\n`);
    csv.write(csvLine(line));
  }
  lines.end();
  csv.end();
  return {
    rawFiles: raw.end(),
    withheldLines: withheld,
    missingLines: missing,
    ...{ count, episodes, episode },
  };
}

/** Rows come from a store in the middle of the work: each is checked as it passes. */
function checkRow(given: EvidenceRow, lastAt: string): EvidenceRow {
  const parsed = EvidenceRow.safeParse(given);
  const why = parsed.success ? 'events are not in order of time' : parsed.error.issues[0]?.message;
  if (parsed.success && parsed.data.event.occurredAt >= lastAt) return parsed.data;
  throw new AppError('ERR_EVIDENCE_REFUSED', `The case file cannot be exported: ${why}.`);
}

const NOWHERE: CanonicalLine['raw'] = {
  file: null,
  line: null,
  sha256: null,
  source: null,
  sourceLine: null,
  offset: null,
};

/** One file of original lines a source, in the order in which the events need them. */
function createRawWriter(bag: Bag) {
  const files = new Map<string, { path: string; file: BagFile; lines: number }>();
  const placed = new Map<string, CanonicalLine['raw']>();
  return {
    place(key: string, line: NonNullable<EvidenceRow['line']>): CanonicalLine['raw'] {
      const known = placed.get(key);
      if (known !== undefined) return known;
      // Events of one line come close together: what is long past need not be remembered.
      if (placed.size > MAX_PLACED) placed.clear();
      let target = files.get(line.source);
      if (target === undefined) {
        const number = String(files.size + 1).padStart(3, '0');
        const path = `data/events/raw/${number}-${slug(line.source)}.ndjson`;
        target = { path, file: bag.open(path), lines: 0 };
        files.set(line.source, target);
      }
      target.file.write(line.bytes);
      target.file.write('\n');
      target.lines++;
      const place = {
        file: target.path,
        line: target.lines,
        sha256: createHash('sha256').update(line.bytes).digest('hex'),
        source: line.source,
        sourceLine: line.lineNumber,
        offset: line.offset,
      };
      placed.set(key, place);
      return place;
    },
    end(): RawFile[] {
      return [...files].map(([source, { path, file, lines }]) => {
        file.end();
        return { path, source, lines };
      });
    },
  };
}
