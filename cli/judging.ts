import type { Workload } from '../detectors/scoring/budget.ts';
import { judgeSources } from '../detectors/sources/judge-sources.ts';
import type { SourceSignal } from '../detectors/sources/source-detector.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import { createSignalReader, type SealedSignal } from '../domain/packed-signals.ts';
import type { RawSignal, Signal } from '../domain/signal.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import type { Troubles } from '../ingest/troubles.ts';
import type { DayWork } from '../pipeline/choose.ts';
import { type Coverage, sumCoverage } from '../pipeline/coverage.ts';
import type { ClosedDay } from '../pipeline/lane.ts';
import { GRACE_MS } from '../pipeline/live.ts';
import { createWeigher, ownOf } from '../pipeline/weigh.ts';
import type { CopyFile, CopyPage, EventCopy } from '../storage/event-copy.ts';
import type { EventPage, PageRequest } from '../storage/event-pages.ts';
import {
  createLaneOfShare,
  type LaneAnswer,
  type LaneRequest,
  type LaneShareData,
} from './lane-share.ts';
import type { ThreadAnswer } from './lane-thread.ts';
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

/** Events in order of time, shared out over so many readers. */
export type EventSource = {
  total: number;
  pages(parts: number): AsyncIterable<EventPage> | Iterable<CopyPage>;
  /** Where the events are, when not in the pages. */
  copy: CopyFile | null;
};
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
  /** What reading the logs met: formats that change, deliveries that come again. */
  troubles?: Troubles;
  /** Share of the events that is judged. */
  onProgress?(share: number): void;
};

/** One lane of several, here or in another thread; the latter leaves its signals packed. */
type Share = {
  ask(request: LaneRequest): Promise<LaneAnswer | ThreadAnswer>;
  close(): Promise<void>;
};

/** Pages under way per thread: enough to keep it busy, and bounded. */
const PAGES_AHEAD = 2;

/** All events of a workspace, or those before an instant. */
export const storedEvents = async (
  { events }: Pick<Workspace, 'events'>,
  request: PageRequest = {},
): Promise<EventSource> => ({
  total: await events.count(request.until),
  pages: (parts) => events.pages({ ...request, parts }),
  copy: null,
});

/** What one run stored, from the copy that it made on the way. */
export const copiedEvents = (copy: EventCopy): EventSource => {
  const pages = copy.pages();
  return {
    total: pages.reduce((n, page) => n + page.rows, 0),
    pages: () => pages,
    copy: copy.file(),
  };
};

/** Folds detection over events in order of event time, each thread over its share of the keys. */
export async function judgeAll(
  source: EventSource,
  reference: PackedReference,
  settings: Settings,
  { watched = [], live, troubles, onProgress }: JudgeOptions = {},
): Promise<Detection> {
  const { total } = source;
  const parts = workersFor(total >= WORTH_WORKERS_EVENTS);
  const newest = live?.newest ?? Number.POSITIVE_INFINITY;
  const shares = openShares(parts, {
    ...{ reference, config: settings.detectors, parts, watched: [...watched] },
    detectors: detectorsInForce(settings).inForce.map((d) => d.meta.id),
    ...{ copy: source.copy, graceMs: live === undefined ? 0 : GRACE_MS, seenAt: newest },
  });
  const days = gatherDays(parts, live?.onDay);
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
      const { rows: count, ...request } = page;
      // No day closes before an event said that it is over.
      send({ ...request, to: Math.min(page.to, newest) });
      if (underWay.length >= PAGES_AHEAD) await underWay.shift();
      done += count;
      progress?.update(done, total, `${done.toLocaleString('en')} events`);
      onProgress?.(total === 0 ? 1 : Math.min(1, done / total));
    }
    send(live === undefined ? 'end' : 'open');
    await Promise.all(underWay);
    return days.result((facts) =>
      judgeSources(troubles?.addTo(facts) ?? facts, settings.detectors),
    );
  } finally {
    progress?.stop();
    await Promise.all(shares.map((share) => share.close()));
  }
}

function openShares(parts: number, data: Omit<LaneShareData, 'part'>): Share[] {
  if (parts === 1) {
    const lane = createLaneOfShare({ ...data, part: 0 });
    return [{ ask: async (request) => lane.answer(request), close: () => Promise.resolve() }];
  }
  return Array.from({ length: parts }, (_, part) =>
    startThread<LaneRequest, ThreadAnswer>('lane-thread', { ...data, part }),
  );
}

type DayOfShare = Omit<ClosedDay, 'signals'> & {
  part: number;
  signals: (RawSignal | SealedSignal)[];
};
/** Puts the days of all shares together and weighs each when the last share has closed it. */
function gatherDays(parts: number, onDay?: NonNullable<JudgeOptions['live']>['onDay']) {
  const weigher = createWeigher();
  const reader = createSignalReader();
  const whole = (signal: RawSignal | SealedSignal): Signal =>
    'json' in signal ? reader.whole(signal) : ownOf(signal);
  const signals: Signal[] = [];
  /** Officials at work by share: a share without work on a day keeps its number. */
  const officials = new Map<number, number>();
  const waiting = new Map<number, DayOfShare[]>();
  let last: (LaneAnswer | ThreadAnswer)[] = [];
  let days = 0;
  let officialDays = 0;
  return {
    take(answers: (LaneAnswer | ThreadAnswer)[]): void {
      last = answers;
      for (const [part, { closed: ofPart }] of answers.entries())
        for (const closed of ofPart) {
          const ofDay = waiting.get(closed.day) ?? [];
          const { signals: given } = closed;
          const own = 'json' in given ? reader.read(part, given) : given;
          ofDay.push({ ...closed, part, signals: own });
          waiting.set(closed.day, ofDay);
        }
      const upTo = Math.min(...answers.map((a) => a.closedUpTo));
      for (const day of [...waiting.keys()].filter((d) => d <= upTo).sort((a, b) => a - b)) {
        const ofDay = waiting.get(day) ?? [];
        waiting.delete(day);
        const work = ofDay.reduce((n, d) => n + d.officialDays, 0);
        officialDays += work;
        if (work > 0) days++;
        const weighed = weigher.dayOf(
          day,
          ofDay.flatMap((d): (RawSignal | SealedSignal)[] => d.signals),
          ofDay.map((d) => d.ordinary),
          whole,
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
