// The proof of coverage: of every stored event of a period, by which version of which detector it was
// judged, and where it was not, why. Pure: counts come in, the report goes out.
import { toIso } from '../../domain/time.ts';

/** Why an event was not judged by a detector; `not-its-kind` is by design, all others are holes. */
export const UNJUDGED_REASONS = [
  'actor-unknown',
  'person-unknown',
  'service-account',
  'late',
  'not-read-yet',
  'no-reference-data',
  'no-consent',
  'version-not-agreed',
  'not-its-kind',
] as const;
export type UnjudgedReason = (typeof UNJUDGED_REASONS)[number];

/** The first that fits: what an event is to detection. */
export type EventKind =
  | 'actor-unknown'
  | 'service-account'
  | 'late'
  | 'unnamed'
  | 'refused'
  | 'lookup';
export type CountedEvents = {
  system: string;
  month: string;
  /** Place in the list of runs; -1 when no run took them. */
  run: number;
  kind: EventKind;
  events: number;
};
export type Run = {
  runId: string;
  startedAt: number;
  endedAt: number;
  detectors: Record<string, number>;
  refused: readonly { detector: string; why: string }[];
  missingData: readonly string[];
  config: string;
  reference: string;
};
/** What the catalogue says a detector looks at, and which missing files keep it from judging. */
export type Catalogue = {
  detectors: readonly string[];
  kinds(detector: string): readonly string[];
  missingFor(detector: string, missing: ReadonlySet<string>): string[];
};
export type Silence = { system: string; instance: string; from: number; to: number };

type Reasons = Partial<Record<UnjudgedReason, number>>;
export type DetectorCoverage = {
  detector: string;
  /** Null for events that no run took, or where the detector was not in force. */
  version: number | null;
  judged: number;
  notJudged: Reasons;
  /** Files that were missing where the reason is `no-reference-data`. */
  missing: string[];
};
export type CoverageRow = {
  system: string;
  month: string;
  events: number;
  /** By at least one detector. */
  judged: number;
  notJudged: Reasons;
  /** Hours in which the source was silent although it usually is not: events that may be missing. */
  silent: { instance: string; from: string; to: string }[];
  detectors: DetectorCoverage[];
};
export type CoverageReport = {
  kind: 'coverage';
  format: 1;
  authority: string;
  madeAt: string;
  from: string;
  to: string;
  /** Signed state of the log that every event entered before it was stored; null without a log. */
  checkpoint: string | null;
  /** Lines that could not be read as events, by source and reason; they carry no time of their own. */
  deadLetters: { source: string; reason: string; letters: number }[];
  runs: {
    runId: string;
    startedAt: string;
    endedAt: string;
    config: string;
    reference: string;
    missingData: string[];
    refused: { detector: string; why: string }[];
  }[];
  rows: CoverageRow[];
};

const add = (reasons: Reasons, reason: UnjudgedReason, events: number): void => {
  reasons[reason] = (reasons[reason] ?? 0) + events;
};

/** What one detector did with events of one kind of one run. */
function fateOf(
  detector: string,
  kind: EventKind,
  run: Run | undefined,
  catalogue: Catalogue,
): { version: number | null; reason: UnjudgedReason | null; missing: string[] } {
  const version = run?.detectors[detector] ?? null;
  const not = (reason: UnjudgedReason, missing: string[] = []) => ({ version, reason, missing });
  if (kind === 'actor-unknown' || kind === 'service-account') return not(kind);
  if (run === undefined) return not('not-read-yet');
  if (kind === 'late') return not('late');
  if (version === null) {
    const why = run.refused.find((r) => r.detector === detector)?.why;
    // A detector that the run did not know yet is as if nobody had read for it.
    if (why === undefined) return not('not-read-yet');
    return not(why === 'version-not-agreed' ? 'version-not-agreed' : 'no-consent');
  }
  const missing = catalogue.missingFor(detector, new Set(run.missingData));
  if (missing.length > 0) return not('no-reference-data', missing);
  if (catalogue.kinds(detector).includes(kind)) return { version, reason: null, missing };
  return not(kind === 'unnamed' ? 'person-unknown' : 'not-its-kind');
}

/** Why no detector judged events of a kind: the reason that most of them share. */
function commonReason(fates: readonly { reason: UnjudgedReason | null }[]): UnjudgedReason {
  const counts = new Map<UnjudgedReason, number>();
  for (const { reason } of fates)
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [first] = [...counts].sort(
    ([a, m], [b, n]) => n - m || UNJUDGED_REASONS.indexOf(a) - UNJUDGED_REASONS.indexOf(b),
  );
  return first?.[0] ?? 'not-read-yet';
}

export type CoverageInput = {
  authority: string;
  madeAt: number;
  from: number;
  to: number;
  checkpoint: string | null;
  deadLetters: CoverageReport['deadLetters'];
  runs: readonly Run[];
  counts: readonly CountedEvents[];
  silences: readonly Silence[];
  catalogue: Catalogue;
  monthOf(at: number): string;
};

/**
 * The report of a period. Every event of a row is judged or has a reason: `events = judged + sum of
 * notJudged`, for the row and for each detector over its versions.
 */
export function coverageReport(input: CoverageInput): CoverageReport {
  const { runs, counts, catalogue } = input;
  type Row = CoverageRow & { byDetector: Map<string, DetectorCoverage> };
  const rows = new Map<string, Row>();
  const rowOf = (system: string, month: string): Row => {
    const key = `${month}\0${system}`;
    const known = rows.get(key);
    if (known !== undefined) return known;
    const fresh: Row = {
      ...{ system, month, events: 0, judged: 0, notJudged: {}, silent: [], detectors: [] },
      byDetector: new Map<string, DetectorCoverage>(),
    };
    rows.set(key, fresh);
    return fresh;
  };
  for (const { system, month, run: place, kind, events } of counts) {
    const row = rowOf(system, month);
    row.events += events;
    const run = runs[place];
    const fates = catalogue.detectors.map((detector) => ({
      ...{ detector, ...fateOf(detector, kind, run, catalogue) },
    }));
    if (fates.some((f) => f.reason === null)) row.judged += events;
    else add(row.notJudged, commonReason(fates), events);
    for (const { detector, version, reason, missing } of fates) {
      const key = `${detector}\0${version}`;
      const own = row.byDetector.get(key) ?? {
        ...{ detector, version, judged: 0, notJudged: {}, missing: [] },
      };
      row.byDetector.set(key, own);
      if (reason === null) own.judged += events;
      else add(own.notJudged, reason, events);
      own.missing = [...new Set([...own.missing, ...missing])].sort();
    }
  }
  // A month of which nothing came in is the loudest silence: it gets its row too.
  for (const { system, instance, from, to } of input.silences)
    rowOf(system, input.monthOf(from)).silent.push({ instance, from: toIso(from), to: toIso(to) });
  const used = new Set(counts.map((c) => c.run));
  return {
    ...{ kind: 'coverage', format: 1, authority: input.authority, madeAt: toIso(input.madeAt) },
    ...{ from: toIso(input.from), to: toIso(input.to), checkpoint: input.checkpoint },
    deadLetters: input.deadLetters,
    runs: runs
      .filter((_, i) => used.has(i))
      .map(({ runId, startedAt, endedAt, config, reference, missingData, refused }) => ({
        ...{ runId, startedAt: toIso(startedAt), endedAt: toIso(endedAt), config, reference },
        ...{ missingData: [...missingData], refused: [...refused] },
      })),
    rows: [...rows.values()]
      .sort(
        (a, b) =>
          (a.month < b.month ? -1 : a.month > b.month ? 1 : 0) || (a.system < b.system ? -1 : 1),
      )
      .map(({ byDetector, ...row }) => ({ ...row, detectors: [...byDetector.values()] })),
  };
}

const sum = (reasons: Reasons): number => Object.values(reasons).reduce((n, m) => n + m, 0);

/** Rows of a report whose numbers do not add up: what anybody can check who holds nothing but the report. */
export function coverageFaults(report: CoverageReport): string[] {
  return report.rows.flatMap((row) => {
    const name = `${row.system} ${row.month}`;
    const faults = row.events === row.judged + sum(row.notJudged) ? [] : [name];
    const byDetector = new Map<string, number>();
    for (const { detector, judged, notJudged } of row.detectors)
      byDetector.set(detector, (byDetector.get(detector) ?? 0) + judged + sum(notJudged));
    for (const [detector, events] of byDetector)
      if (events !== row.events) faults.push(`${name} ${detector}`);
    return faults;
  });
}
