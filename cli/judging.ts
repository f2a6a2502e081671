import type { Detector } from '../detectors/detector.ts';
import type { Workload } from '../detectors/scoring/budget.ts';
import { judgeSources } from '../detectors/sources/judge-sources.ts';
import type { SourceSignal } from '../detectors/sources/source-detector.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import type { Signal } from '../domain/signal.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import { createSourceHealth } from '../ingest/health.ts';
import type { DayWork } from '../pipeline/choose.ts';
import { type Coverage, sumCoverage } from '../pipeline/coverage.ts';
import { type ClosedDay, createLane } from '../pipeline/lane.ts';
import { GRACE_MS } from '../pipeline/live.ts';
import { createWeigher } from '../pipeline/weigh.ts';
import { indexReference } from '../reference/index-rows.ts';
import { type EventPage, eachLine, eventOf, type PageRequest } from '../storage/event-pages.ts';
import type { LaneAnswer, LaneRequest, LaneThreadData } from './lane-thread.ts';
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
  /** What the days left open say, and how many officials were at work by then. */
  open: { signals: Signal[]; officials: number };
};

/** Stored events, shared out over so many readers. */
export type EventSource = { total: number; pages(parts: number): AsyncIterable<EventPage> };
export type JudgeOptions = {
  watched?: readonly string[];
  /**
   * Judges as a running service did: days stay open for a while after their end, the last ones are left
   * open, and each day is handed over once it is closed instead of being kept. `newest`: last event.
   */
  live?: {
    newest: number;
    onDay(day: number, signals: readonly Signal[], work: DayWork): void;
  };
  /** Share of the events that is judged. */
  onProgress?(share: number): void;
};

/** One lane of several, here or in another thread. */
type Share = { ask(request: LaneRequest): Promise<LaneAnswer>; close(): Promise<void> };

/** Pages under way per thread: enough to keep it busy, and bounded. */
const PAGES_AHEAD = 2;

/** All events of a workspace, or those before an instant. */
export const storedEvents = async (
  { events }: Pick<Workspace, 'events'>,
  request: PageRequest = {},
): Promise<EventSource> => ({
  total: await events.count(request.until),
  pages: (parts) => events.pages({ ...request, parts }),
});

/** Folds detection over events in order of event time, each thread over its share of the keys. */
export async function judgeAll(
  source: EventSource,
  rows: ReferenceRows,
  settings: Settings,
  { watched = [], live, onProgress }: JudgeOptions = {},
): Promise<Detection> {
  const { total } = source;
  const parts = workersFor(total >= WORTH_WORKERS_EVENTS);
  const graceMs = live === undefined ? 0 : GRACE_MS;
  const shares = openShares(rows, settings, parts, { watched, graceMs });
  const days = gatherDays(parts, live?.onDay);
  const newest = live?.newest ?? Number.POSITIVE_INFINITY;
  // Who wants to know the share shows it; else a bar does.
  const progress = onProgress === undefined ? createProgress('judging') : null;
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
    for await (const page of source.pages(parts)) {
      // No day closes before an event said that it is over.
      send({ text: page.text, to: Math.min(page.to, newest) });
      if (underWay.length >= PAGES_AHEAD) await underWay.shift();
      done += page.rows;
      progress?.update(done, total, `${done.toLocaleString('en')} events`);
      onProgress?.(total === 0 ? 1 : Math.min(1, done / total));
    }
    send(live === undefined ? 'end' : 'open');
    await Promise.all(underWay);
    return days.result((facts) => judgeSources(facts, settings.detectors));
  } finally {
    progress?.stop();
    await Promise.all(shares.map((share) => share.close()));
  }
}

function openShares(
  rows: ReferenceRows,
  settings: Settings,
  parts: number,
  { watched, graceMs }: { watched: readonly string[]; graceMs: number },
): Share[] {
  const config = settings.detectors;
  const { inForce } = detectorsInForce(settings);
  if (parts === 1) return [inThisThread(rows, inForce, config, watched, graceMs)];
  const detectors = inForce.map((d) => d.meta.id);
  return Array.from({ length: parts }, (_, part) => {
    const data: LaneThreadData = {
      ...{ rows, config, detectors, part, parts, graceMs },
      watched: [...watched],
    };
    return startThread<LaneRequest, LaneAnswer>('lane-thread', data);
  });
}

function inThisThread(
  rows: ReferenceRows,
  detectors: readonly Detector[],
  config: Settings['detectors'],
  watched: readonly string[],
  graceMs: number,
): Share {
  const lane = createLane({
    reference: indexReference(rows),
    ...{ detectors, config, graceMs },
    packsOrdinary: true,
    watched: new Set(watched),
  });
  const health = createSourceHealth();
  const readAt = Date.now();
  return {
    async ask(request) {
      const isEnd = typeof request === 'string';
      if (request === 'end') lane.closeAll();
      else if (request !== 'open') {
        const { text } = request;
        eachLine(text, (start, end) => {
          const event = eventOf(text.slice(start, end));
          lane.observe(event);
          // Nobody knows when old lines arrived; but none was written after it is read.
          health.observe(event, event.occurredAt > readAt ? readAt : null);
        });
        lane.advance(request.to);
      }
      const open = request === 'open' ? lane.judgeOpen().flatMap((j) => j.signals) : [];
      return {
        closed: lane.takeClosed(),
        closedUpTo: isEnd ? Number.POSITIVE_INFINITY : lane.closedUpTo(),
        coverage: lane.coverage(),
        officials: lane.officialsSeen(),
        open,
        explanations: [...lane.explanations()],
        sources: isEnd ? health.facts() : [],
      };
    },
    close: () => Promise.resolve(),
  };
}

/** Puts the days of all shares together and weighs each when the last share has closed it. */
function gatherDays(parts: number, onDay?: NonNullable<JudgeOptions['live']>['onDay']) {
  const weigher = createWeigher();
  const signals: Signal[] = [];
  /** Officials at work by share: a share without work on a day keeps its number. */
  const officials = new Map<number, number>();
  const waiting = new Map<number, (ClosedDay & { part: number })[]>();
  let last: LaneAnswer[] = [];
  let days = 0;
  let officialDays = 0;
  return {
    take(answers: LaneAnswer[]): void {
      last = answers;
      for (const [part, { closed: ofPart }] of answers.entries())
        for (const closed of ofPart) {
          const ofDay = waiting.get(closed.day) ?? [];
          ofDay.push({ ...closed, part });
          waiting.set(closed.day, ofDay);
        }
      const upTo = Math.min(...answers.map((a) => a.closedUpTo));
      for (const day of [...waiting.keys()].filter((d) => d <= upTo).sort((a, b) => a - b)) {
        const ofDay = waiting.get(day) ?? [];
        waiting.delete(day);
        const work = ofDay.reduce((n, d) => n + d.officialDays, 0);
        officialDays += work;
        if (work > 0) days++;
        const weighed = weigher.day(
          day,
          ofDay.flatMap((d) => d.signals),
          ofDay.map((d) => d.ordinary),
        );
        for (const { part, officials: seen } of ofDay) officials.set(part, seen);
        const all = [...officials.values()].reduce((n, o) => n + o, 0);
        if (onDay !== undefined) onDay(day, weighed, { officials: all, officialDays: work });
        else for (const signal of weighed) signals.push(signal);
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
        workload: {
          officials: [...officials.values()].reduce((n, o) => n + o, 0),
          ...{ days, officialDays },
        },
        open: {
          signals: weigher.preview(last.flatMap((a) => a.open)),
          officials: last.reduce((n, a) => n + a.officials, 0),
        },
        explanations: new Map(last.flatMap((a) => a.explanations)),
      };
    },
  };
}
