// Article 33(5): every breach, notified or not, with what was learned. And what the register tells when
// it is read as a whole: three years of incidents without a lesson is a finding too.
import { toIso } from '../../domain/time.ts';
import { type Breach, CAUSES, type Facts, informDecisionOf } from './breach.ts';
import { clockOf } from './clock.ts';

export const REGISTER_COLUMNS = [
  'breachId',
  'openedAt',
  'firstSignalAt',
  'awareAt',
  'startedAt',
  'endedAt',
  'what',
  'cause',
  'systems',
  'dataKinds',
  'hasBsn',
  'hasSpecialData',
  'peopleKinds',
  'peopleLeast',
  'peopleMost',
  'records',
  'consequences',
  'risk',
  'riskReasons',
  'notifiedAt',
  'notificationNumber',
  'lateReason',
  'notNotifiableReason',
  'informDecision',
  'informReasons',
  'informedAt',
  'informedNumber',
  'measures',
  'advice',
  'decidedBy',
  'versions',
  'closedAt',
  'lesson',
] as const;
export type RegisterRow = Record<(typeof REGISTER_COLUMNS)[number], string>;

const time = (at: number | null | undefined): string => (at == null ? '' : toIso(at));
const flag = (value: boolean | undefined): string =>
  value === undefined ? '' : value ? 'yes' : 'no';
const count = (value: number | undefined): string => (value === undefined ? '' : String(value));
const list = (values: readonly string[] | undefined): string => (values ?? []).join('; ');

/** One breach as a row of the register; an empty cell is "not recorded", never "no". */
export function registerRow(breach: Breach): RegisterRow {
  const { facts, history } = breach;
  const first = breach.notifications.find((n) => n.phase === 'first');
  const decision = informDecisionOf(breach);
  const informed = breach.informed.at(-1);
  const texts = (kind: 'measure-taken' | 'advice-given'): string =>
    history.flatMap((e) => (e.kind === kind ? [e.text] : [])).join('; ');
  const closed = history.findLast((e) => e.kind === 'closed');
  return {
    breachId: breach.breachId,
    openedAt: time(breach.openedAt),
    firstSignalAt: time(breach.firstSignalAt),
    awareAt: time(breach.awareAt),
    startedAt: time(facts.startedAt),
    endedAt: time(facts.endedAt),
    what: facts.what ?? '',
    cause: facts.cause ?? '',
    systems: list(facts.systems),
    dataKinds: list(facts.dataKinds),
    hasBsn: flag(facts.hasBsn),
    hasSpecialData: flag(facts.hasSpecialData),
    peopleKinds: list(facts.peopleKinds),
    peopleLeast: count(facts.people?.least),
    peopleMost: count(facts.people?.most),
    records: count(facts.records),
    consequences: facts.consequences ?? '',
    risk: facts.risk ?? '',
    riskReasons: facts.riskReasons ?? '',
    notifiedAt: time(first?.sentAt),
    notificationNumber: first?.number ?? '',
    lateReason: first?.lateReason ?? '',
    notNotifiableReason: breach.notNotifiable ?? '',
    informDecision: decision?.decision ?? '',
    informReasons: decision?.reasons ?? '',
    informedAt: time(informed?.at),
    informedNumber: count(breach.informed.reduce((n, i) => n + i.number, 0) || undefined),
    measures: texts('measure-taken'),
    advice: texts('advice-given'),
    decidedBy: decision?.by ?? '',
    versions: String(breach.informDecisions.length),
    closedAt: time(breach.closedAt),
    lesson: closed?.lesson ?? '',
  };
}

// A cell that a spreadsheet would run as a formula gets a quote before it (CSV injection, OWASP).
const cell = (value: string): string => {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The register as RFC 4180 CSV with a header, oldest first. */
export function registerCsv(breaches: readonly Breach[]): string {
  const rows = breaches
    .toSorted((a, b) => a.openedAt - b.openedAt || (a.breachId < b.breachId ? -1 : 1))
    .map((b) => {
      const row = registerRow(b);
      return REGISTER_COLUMNS.map((column) => cell(row[column])).join(',');
    });
  return `${[REGISTER_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

export type CauseTrend = {
  cause: (typeof CAUSES)[number] | 'unknown';
  /** Breaches per quarter, e.g. `2026-Q1`, with quarters without one as 0. */
  quarters: { quarter: string; breaches: number }[];
  total: number;
  /** Closed with a lesson, and without one although it was closed. */
  withLesson: number;
  notifiedLate: number;
  /** The last four quarters against the four before them; null before there are eight. */
  change: number | null;
};

const quarterOf = (at: number): string => {
  const date = new Date(at);
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
};
function quartersBetween(first: number, last: number): string[] {
  const quarters: string[] = [];
  const date = new Date(first);
  let month = Math.floor(date.getUTCMonth() / 3) * 3;
  for (let at = Date.UTC(date.getUTCFullYear(), month, 1); at <= last; ) {
    quarters.push(quarterOf(at));
    month += 3;
    at = Date.UTC(date.getUTCFullYear(), month, 1);
  }
  return quarters;
}

/** What keeps happening: breaches per cause and quarter, most frequent cause first. */
export function causeTrends(breaches: readonly Breach[], now: number): CauseTrend[] {
  if (breaches.length === 0) return [];
  const first = Math.min(...breaches.map((b) => b.openedAt));
  const quarters = quartersBetween(first, now);
  const causes: CauseTrend['cause'][] = [...CAUSES, 'unknown'];
  const causeOf = (facts: Facts): CauseTrend['cause'] => facts.cause ?? 'unknown';
  return causes
    .map((cause): CauseTrend => {
      const own = breaches.filter((b) => causeOf(b.facts) === cause);
      const perQuarter = quarters.map((quarter) => ({
        quarter,
        breaches: own.filter((b) => quarterOf(b.openedAt) === quarter).length,
      }));
      const sum = (part: typeof perQuarter): number => part.reduce((n, q) => n + q.breaches, 0);
      return {
        cause,
        quarters: perQuarter,
        total: own.length,
        withLesson: own.filter((b) => b.history.some((e) => e.kind === 'closed')).length,
        notifiedLate: own.filter((b) =>
          ['notified-late', 'overdue'].includes(clockOf(b, now).state),
        ).length,
        change:
          quarters.length < 8 ? null : sum(perQuarter.slice(-4)) - sum(perQuarter.slice(-8, -4)),
      };
    })
    .filter((t) => t.total > 0)
    .sort((a, b) => b.total - a.total || (a.cause < b.cause ? -1 : 1));
}
