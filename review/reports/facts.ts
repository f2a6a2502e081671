// What a report of a period rests on: counted from the histories, before anything is left out or put in words.
import type { Disposition } from '../../domain/review.ts';
import type { AlertDirectory } from '../alert-directory.ts';
import { alertReview, isDecided } from '../alert-review.ts';
import type { Breach } from '../breach/breach.ts';
import { allBreaches } from '../breach/breach-work.ts';
import { clockOf } from '../breach/clock.ts';
import { type CauseTrend, causeTrends, type RegisterRow, registerRow } from '../breach/register.ts';
import { caseFold } from '../case.ts';
import type { Journal } from '../journal.ts';
import type { CoverageReport } from '../oversight/coverage.ts';
import { revealAt, revealFold } from '../reveal.ts';
import { missRateOf, sampleFold } from '../sample-work.ts';
import { type Task, tasksAt } from '../tasks.ts';
import { requestFold } from '../two-person-request.ts';
import { allWatches, disclosureOf } from '../watch.ts';
import type { Counted } from './small-numbers.ts';

export type Window = { from: number; to: number };
export type ErasedKind = { kind: string; erased: number; held: number };
export type ReportFacts = {
  window: Window;
  now: number;
  coverage: CoverageReport;
  alerts: {
    opened: number;
    byTypology: Counted[];
    byState: Counted[];
    decided: number;
    /** From opened to decided, hours; null when fewer than five were decided. */
    medianHours: number | null;
    undecided: number;
  };
  cases: { opened: number; closed: (Counted & { name: Disposition })[]; running: number };
  reveals: { requested: number; granted: number; refused: number; views: number };
  exports: number;
  watches: { began: number; ended: number; told: number; untold: number; overdue: number };
  samples: {
    drawnAt: number;
    frame: number;
    reviewed: number;
    missed: number;
    low: number;
    high: number;
    missedInWeighted: number;
  }[];
  breaches: {
    opened: number;
    notified: number;
    late: number;
    overdue: number;
    notNotifiable: number;
    undecided: number;
    informed: number;
    withLesson: number;
    byCause: Counted[];
    rows: RegisterRow[];
    trends: CauseTrend[];
  };
  tasks: { open: number; overdue: Task[] };
  erasures: ErasedKind[];
};

const isIn = ({ from, to }: Window, at: number | null): boolean =>
  at !== null && at >= from && at < to;
const tally = <K extends string>(names: Iterable<K>): (Counted & { name: K })[] => {
  const counts = new Map<K, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
};

export type ErasedAlerts = { month: string; typology: string; state: string; alerts: number };
type Deps = { journal: Journal; directory: Pick<AlertDirectory, 'all'> };

/** Everything of a half-open window; `coverage` and `erasures` come from the store. */
export function factsOf(
  { journal, directory }: Deps,
  window: Window,
  now: number,
  stored: Pick<ReportFacts, 'coverage' | 'erasures'> & { erasedAlerts: readonly ErasedAlerts[] },
): ReportFacts {
  const reveals = [...journal.all(revealFold, 'reveal')].map((r) => revealAt(r, now));
  const asked = reveals.filter((r) => isIn(window, r.requestedAt));
  const exports = [...journal.all(requestFold, 'export')];
  const tasks = tasksAt(journal, now);
  return {
    ...{ window, now, coverage: stored.coverage, erasures: stored.erasures },
    alerts: alertFacts(journal, directory, window, stored.erasedAlerts),
    cases: caseFacts(journal, window),
    reveals: {
      requested: asked.length,
      granted: asked.filter((r) => r.approvedAt !== null).length,
      refused: asked.filter((r) => r.state === 'refused').length,
      views: asked.reduce((n, r) => n + r.views, 0),
    },
    exports: exports.filter((e) => e.state === 'approved' && isIn(window, e.decidedAt)).length,
    watches: watchFacts(journal, window, now),
    samples: [...journal.all(sampleFold, 'sample')]
      .filter((s) => isIn(window, s.drawnAt))
      .sort((a, b) => a.drawnAt - b.drawnAt)
      .map((sample) => {
        const { reviewed, missed, interval, missedInWeighted } = missRateOf(sample);
        const { drawnAt, frame } = sample;
        return { drawnAt, frame, reviewed, missed, ...interval, missedInWeighted };
      }),
    breaches: breachFacts(allBreaches(journal), window, now),
    tasks: { open: tasks.length, overdue: tasks.filter((t) => t.isOverdue) },
  };
}

function alertFacts(
  journal: Journal,
  directory: Deps['directory'],
  window: Window,
  erased: readonly ErasedAlerts[],
): ReportFacts['alerts'] {
  const rows = directory.all().filter((row) => isIn(window, row.openedAt));
  const reviews = rows.map((row) => journal.state(alertReview, 'alert', row.alertId));
  const hours = rows
    .flatMap((row, i) => {
      const decidedAt = reviews[i]?.decidedAt ?? null;
      return decidedAt === null ? [] : [(decidedAt - row.openedAt) / 3_600_000];
    })
    .sort((a, b) => a - b);
  // Alerts that came to nothing are gone after a while; their numbers are not.
  const gone = erased.reduce((n, a) => n + a.alerts, 0);
  const repeat = <K extends string>(nameOf: (a: ErasedAlerts) => K): K[] =>
    erased.flatMap((a) => Array<K>(a.alerts).fill(nameOf(a)));
  const median = hours[Math.floor((hours.length - 1) / 2)] ?? null;
  return {
    opened: rows.length + gone,
    byTypology: tally([...rows.map((r): string => r.typology), ...repeat((a) => a.typology)]),
    byState: tally([...reviews.map((r): string => r.state), ...repeat((a) => `erased-${a.state}`)]),
    decided: hours.length,
    medianHours: hours.length < 5 ? null : median,
    undecided: reviews.filter((r) => !isDecided(r.state)).length,
  };
}

function caseFacts(journal: Journal, window: Window): ReportFacts['cases'] {
  const cases = [...journal.all(caseFold, 'case')];
  const closed = cases.filter(({ caseId, state }) => {
    const last = journal.history('case', caseId).findLast((e) => e.typeUid === 'case.closed');
    return state === 'closed' && isIn(window, last?.time ?? null);
  });
  return {
    opened: cases.filter((c) => isIn(window, c.openedAt)).length,
    closed: tally(closed.flatMap((c) => c.disposition ?? [])),
    running: cases.filter((c) => c.state !== 'closed').length,
  };
}

function watchFacts(journal: Journal, window: Window, now: number): ReportFacts['watches'] {
  const watches = allWatches(journal);
  const disclosures = watches.map((w) => disclosureOf(w, now).state);
  return {
    began: watches.filter((w) => isIn(window, w.from)).length,
    ended: watches.filter((w) => w.state !== 'active' && isIn(window, w.until)).length,
    told: watches.filter((w) => isIn(window, w.disclosed?.at ?? null)).length,
    untold: disclosures.filter((d) => d === 'due' || d === 'postponed' || d === 'overdue').length,
    overdue: disclosures.filter((d) => d === 'overdue').length,
  };
}

function breachFacts(all: readonly Breach[], window: Window, now: number): ReportFacts['breaches'] {
  const own = all.filter((b) => isIn(window, b.openedAt));
  const states = own.map((b) => clockOf(b, now).state);
  const count = (...wanted: (typeof states)[number][]): number =>
    states.filter((s) => wanted.includes(s)).length;
  return {
    ...{ opened: own.length, notified: count('notified', 'notified-late') },
    ...{ late: count('notified-late'), overdue: count('overdue') },
    ...{ notNotifiable: count('not-notifiable'), undecided: count('awareness-undecided') },
    informed: own.reduce((n, b) => n + b.informed.reduce((m, i) => m + i.number, 0), 0),
    withLesson: own.filter((b) => b.closedAt !== null).length,
    byCause: tally(own.map((b) => b.facts.cause ?? 'unknown')),
    rows: own.map(registerRow),
    trends: causeTrends(all, now),
  };
}
