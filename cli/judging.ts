import type { Workload } from '../detectors/scoring/budget.ts';
import { judgeSources } from '../detectors/sources/judge-sources.ts';
import type { SourceSignal } from '../detectors/sources/source-detector.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import type { Signal } from '../domain/signal.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import type { Troubles } from '../ingest/troubles.ts';
import { type Coverage, sumCoverage } from '../pipeline/coverage.ts';
import type { ClosedDay } from '../pipeline/lane.ts';
import { createWeigher } from '../pipeline/weigh.ts';
import type { EventCopy } from '../storage/event-copy.ts';
import {
  createLaneOfShare,
  type LaneAnswer,
  type LaneRequest,
  type LaneShareData,
} from './lane-share.ts';
import { createProgress } from './progress.ts';
import { detectorsInForce, type Settings } from './settings.ts';
import { startThread, WORTH_WORKERS_EVENTS, workersFor } from './workers.ts';
import type { Workspace } from './workspace.ts';

/** What detection made of all events: calibrated signals, and the work they stand against. */
export type Detection = {
  signals: Signal[];
  coverage: Coverage[];
  workload: Workload;
  /** What the logs themselves lack or get wrong. */
  logs: SourceSignal[];
  /** What makes the watched events legitimate now. */
  explanations: ReadonlyMap<string, Explanation>;
};

/** One lane of several, here or in another thread. */
type Share = { ask(request: LaneRequest): Promise<LaneAnswer>; close(): Promise<void> };

/** Pages under way per thread: enough to keep it busy, and bounded. */
const PAGES_AHEAD = 2;

/**
 * Folds detection over all stored events in order of event time, each thread over its share of the keys.
 * `copy` holds what is stored, if one run stored it all; without it the store is read.
 */
export async function judgeAll(
  workspace: Workspace,
  rows: ReferenceRows,
  settings: Settings,
  copy: EventCopy | null = null,
  watched: readonly string[] = [],
  troubles?: Troubles,
): Promise<Detection> {
  const pages = copy?.pages();
  const total = pages?.reduce((n, page) => n + page.rows, 0) ?? (await workspace.events.count());
  const parts = workersFor(total >= WORTH_WORKERS_EVENTS);
  const shares = openShares(parts, {
    ...{ rows, config: settings.detectors, parts, watched: [...watched] },
    detectors: detectorsInForce(settings).inForce.map((d) => d.meta.id),
    copy: copy?.file() ?? null,
  });
  const days = gatherDays(parts);
  const progress = createProgress('judging');
  let done = 0;
  try {
    const underWay: Promise<void>[] = [];
    const send = (request: LaneRequest): void => {
      const answered = Promise.all(shares.map((share) => share.ask(request)));
      const taken = answered.then((answers) => days.take(answers));
      // It is awaited later; until then its failure must not end the process.
      taken.catch(() => undefined);
      underWay.push(taken);
    };
    for await (const page of pages ?? workspace.events.pages({ parts })) {
      const { rows: count, ...request } = page;
      send(request);
      if (underWay.length >= PAGES_AHEAD) await underWay.shift();
      done += count;
      progress.update(done, total, `${done.toLocaleString('en')} events`);
    }
    send('end');
    await Promise.all(underWay);
    return days.result((facts) =>
      judgeSources(troubles?.addTo(facts) ?? facts, settings.detectors),
    );
  } finally {
    progress.stop();
    await Promise.all(shares.map((share) => share.close()));
  }
}

function openShares(parts: number, data: Omit<LaneShareData, 'part'>): Share[] {
  if (parts === 1) {
    const lane = createLaneOfShare({ ...data, part: 0 });
    return [{ ask: async (request) => lane.answer(request), close: () => Promise.resolve() }];
  }
  return Array.from({ length: parts }, (_, part) =>
    startThread<LaneRequest, LaneAnswer>('lane-thread', { ...data, part }),
  );
}

/** Puts the days of all shares together and weighs each when the last share has closed it. */
function gatherDays(parts: number) {
  const weigher = createWeigher();
  const signals: Signal[] = [];
  const waiting = new Map<number, ClosedDay[]>();
  let last: LaneAnswer[] = [];
  let days = 0;
  let officialDays = 0;
  return {
    take(answers: LaneAnswer[]): void {
      last = answers;
      for (const closed of answers.flatMap((a) => a.closed)) {
        const ofDay = waiting.get(closed.day) ?? [];
        ofDay.push(closed);
        waiting.set(closed.day, ofDay);
      }
      const upTo = Math.min(...answers.map((a) => a.closedUpTo));
      for (const day of [...waiting.keys()].filter((d) => d <= upTo).sort((a, b) => a - b)) {
        const ofDay = waiting.get(day) ?? [];
        waiting.delete(day);
        const work = ofDay.reduce((n, d) => n + d.officialDays, 0);
        officialDays += work;
        if (work > 0) days++;
        for (const signal of weigher.day(
          day,
          ofDay.flatMap((d) => d.signals),
          ofDay.map((d) => d.ordinary),
        ))
          signals.push(signal);
      }
    },
    result(judgeLogs: (facts: readonly SourceFacts[]) => SourceSignal[]): Detection {
      if (last.length !== parts) throw new RangeError('the end is missing');
      const coverage = last.map(
        (answer) => new Map(answer.coverage.map((c) => [c.system, c] as const)),
      );
      return {
        signals,
        coverage: sumCoverage(coverage),
        logs: judgeLogs(last.flatMap((a) => a.sources)),
        workload: { officials: last.reduce((n, a) => n + a.officials, 0), days, officialDays },
        explanations: new Map(last.flatMap((a) => a.explanations)),
      };
    },
  };
}
