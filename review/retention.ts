// What goes when, and what must stay. Nothing here deletes: it says what is due, and the caller erases,
// counts and proves it. A hold always wins.
import { z } from 'zod';
import { DAY_MS } from '../domain/time.ts';

export const RECORD_KINDS = [
  'event',
  'raw-line',
  'signal',
  'alert',
  'case',
  'reveal',
  'sample',
  'breach',
  'review-log',
  'dead-letter',
  'snapshot',
  'watch',
  'identity',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

const days = (fallback: number) => z.int().min(1).max(20_000).default(fallback);
const YEAR = 365;
/** Days of keeping per kind and state; defaults with their grounds in docs/privacy.md. */
export const RetentionPolicy = z.strictObject({
  /** Whether `serve` and `api` erase every day; left out: in production yes, in a trial no. */
  automatic: z.boolean().optional(),
  /** Searchable lookups; a slow follower needs two years to be seen. */
  event: days(2 * YEAR),
  rawLine: days(2 * YEAR),
  /** What detectors said of each day; without its event it explains nothing. */
  signal: days(2 * YEAR),
  /** Alerts that turned out well: three months, then only their count. */
  alertCleared: days(90),
  /** Alerts nobody decided on. */
  alertOpen: days(2 * YEAR),
  /** BIO2 5.28.01: incident data at least three years. */
  alertConfirmed: days(3 * YEAR),
  caseClosed: days(5 * YEAR),
  /** Who looked behind which token: as long as the longest case. */
  reveal: days(5 * YEAR),
  sample: days(5 * YEAR),
  breach: days(5 * YEAR),
  reviewLog: days(5 * YEAR),
  deadLetter: days(90),
  snapshot: days(30),
  /** After the person was told of it. */
  watchWithoutResult: days(90),
});
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** Kinds that are kept by the policy, by state, in days; null: while something refers to them. */
export const periodsOf = (
  p: RetentionPolicy,
): { kind: RecordKind; state: string; days: number | null }[] => [
  { kind: 'event', state: '', days: p.event },
  { kind: 'raw-line', state: '', days: p.rawLine },
  { kind: 'signal', state: '', days: p.signal },
  { kind: 'alert', state: 'cleared', days: p.alertCleared },
  { kind: 'alert', state: 'open', days: p.alertOpen },
  { kind: 'alert', state: 'confirmed', days: p.alertConfirmed },
  { kind: 'case', state: 'closed', days: p.caseClosed },
  { kind: 'reveal', state: 'closed', days: p.reveal },
  { kind: 'sample', state: '', days: p.sample },
  { kind: 'breach', state: 'closed', days: p.breach },
  { kind: 'watch', state: 'disclosed', days: p.watchWithoutResult },
  { kind: 'review-log', state: '', days: p.reviewLog },
  { kind: 'dead-letter', state: '', days: p.deadLetter },
  { kind: 'snapshot', state: '', days: p.snapshot },
  { kind: 'identity', state: '', days: null },
];

export type Kept = {
  kind: RecordKind;
  id: string;
  /** From when the period runs: the event's time, or when the state was reached. */
  since: number;
  state?: 'cleared' | 'open' | 'confirmed' | 'closed';
  /** The official it concerns and the persons, in tokens: what a hold is laid on. */
  tokens: readonly string[];
  caseId?: string | null;
};

export type Hold = {
  holdId: string;
  caseId: string;
  reason: string;
  decidedBy: string;
  from: number;
  /** Null: until it is lifted. */
  until: number | null;
  liftedAt: number | null;
  /** The official's token, and the window of their lookups that is secured (half-open). */
  token: string;
  window: { from: number; to: number };
};

export const isInForce = (hold: Hold, now: number): boolean =>
  hold.from <= now &&
  (hold.liftedAt === null || now < hold.liftedAt) &&
  (hold.until === null || now < hold.until);

/** The hold that keeps this record, or null. Case records are kept by the hold of their case. */
export function heldBy(record: Kept, holds: readonly Hold[], now: number): Hold | null {
  return (
    holds.find((hold) => {
      if (!isInForce(hold, now)) return false;
      if (record.caseId != null && record.caseId === hold.caseId) return true;
      if (!record.tokens.includes(hold.token)) return false;
      // Rows of the secured window, and whatever else is about the official (alerts, identity).
      const isRow = record.kind === 'event' || record.kind === 'raw-line';
      return !isRow || (hold.window.from <= record.since && record.since < hold.window.to);
    }) ?? null
  );
}

/** Days a record is kept by the policy; null: as long as something else needs it (identities). */
export function periodDays(
  record: Pick<Kept, 'kind' | 'state'>,
  policy: RetentionPolicy,
): number | null {
  switch (record.kind) {
    case 'event':
      return policy.event;
    case 'raw-line':
      return policy.rawLine;
    case 'alert':
      return record.state === 'confirmed'
        ? policy.alertConfirmed
        : record.state === 'cleared' || record.state === 'closed'
          ? policy.alertCleared
          : policy.alertOpen;
    case 'case':
      // An open case has no end of its period: it must be closed first.
      return record.state === 'closed' ? policy.caseClosed : null;
    case 'signal':
      return policy.signal;
    case 'reveal':
      return record.state === 'closed' ? policy.reveal : null;
    case 'sample':
      return policy.sample;
    case 'breach':
      return record.state === 'closed' ? policy.breach : null;
    case 'review-log':
      return policy.reviewLog;
    case 'dead-letter':
      return policy.deadLetter;
    case 'snapshot':
      return policy.snapshot;
    case 'watch':
      // Before the official was told nothing of it goes.
      return record.state === 'closed' ? policy.watchWithoutResult : null;
    case 'identity':
      return null;
  }
}

export type ErasurePlan = {
  due: Kept[];
  /** Past its period and kept by a hold. */
  held: { record: Kept; holdId: string }[];
  kept: number;
};
/** What is to be erased now, and what a hold keeps although its period is over. */
export function planErasure(
  records: Iterable<Kept>,
  policy: RetentionPolicy,
  holds: readonly Hold[],
  now: number,
): ErasurePlan {
  const plan: ErasurePlan = { due: [], held: [], kept: 0 };
  for (const record of records) {
    const period = periodDays(record, policy);
    // A time that is none erases nothing.
    if (period === null || !(now >= record.since + period * DAY_MS)) {
      plan.kept++;
      continue;
    }
    const hold = heldBy(record, holds, now);
    if (hold === null) plan.due.push(record);
    else plan.held.push({ record, holdId: hold.holdId });
  }
  return plan;
}
