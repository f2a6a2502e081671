import { setImmediate } from 'node:timers/promises';
import type { Episode } from '../detectors/scoring/episodes.ts';
import { weighEpisodes } from '../detectors/scoring/rank.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Signal } from '../domain/signal.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type ClosedDay, createLane, type LaneOptions, type OpenJudgement } from './lane.ts';
import { restoreWeighed, saveWeighed } from './snapshot.ts';
import { createWeigher } from './weigh.ts';

/** How long after midnight a day still takes events: sources deliver late, seldom by more than this. */
export const GRACE_MS = 6 * HOUR_MS;
/** A series may still grow for a week; an older episode can change no alert. */
const KEPT_DAYS = 40;

/** Whoever reads the page waits no longer than this for the judgement of a busy second. */
const SLICE_MS = 10;

/** What changed since the last look: days that closed, and what is said now of keys with new events. */
export type Judged = { closed: ClosedDay[]; open: OpenJudgement[] };

export type Live = ReturnType<typeof createLive>;
/**
 * One lane over everything and its calibration, for a stream: the open day is judged again as events
 * come, so that a lookup can raise an alert at once, and what was said of that day is replaced.
 */
export function createLive(options: LaneOptions) {
  const lane = createLane({ graceMs: GRACE_MS, dropsDuplicates: true, ...options });
  let weigher = createWeigher();
  let settled: Signal[] = [];
  const provisional = new Map<string, OpenJudgement>();

  async function judge(): Promise<Judged> {
    const closed = lane.takeClosed();
    for (const { day, signals } of closed) {
      settled = settled.filter((s) => s.day > day - KEPT_DAYS);
      for (const signal of weigher.day(day, signals)) settled.push(signal);
      for (const [key, judgement] of provisional) if (judgement.day <= day) provisional.delete(key);
    }
    const open: OpenJudgement[] = [];
    let since = performance.now();
    for (const judgements of lane.openJudgements()) {
      open.push(...judgements);
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      since = performance.now();
    }
    for (const judgement of open)
      provisional.set(`${judgement.day}\0${judgement.by}\0${judgement.key}`, judgement);
    return { closed, open };
  }

  return {
    lane,
    /** Takes events that reached us at `seenAt`, epoch ms. */
    observe(events: Iterable<AuditEvent>, seenAt?: number): void {
      for (const event of events) lane.observe(event, seenAt);
    },
    judge,
    /** Episodes of the last weeks, those of open days as far as they are known. */
    episodes(): Episode[] {
      const open = [...provisional.values()].flatMap((j) => j.signals);
      const signals = [...settled, ...weigher.preview(open)];
      return weighEpisodes(signals, lane.workload().officialDays);
    },
    save: (): Buffer[] => [...lane.save(), ...saveWeighed(weigher.state(), settled)],
    /** Takes up a saved state; gives the detectors that start anew. */
    restore(chunks: readonly Uint8Array[]): string[] {
      const warmedUp = lane.restore(chunks);
      const weighed = restoreWeighed(chunks);
      weigher = createWeigher(weighed.state);
      settled = weighed.signals;
      provisional.clear();
      return warmedUp;
    },
  };
}
