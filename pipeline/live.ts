import { setImmediate } from 'node:timers/promises';
import type { Alert } from '../domain/alert.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { StateChunk } from '../domain/state-chunk.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type ChoiceOptions, createChooser } from './choose.ts';
import { BLOCK_ROWS } from './day-log.ts';
import { type ClosedDay, createLane, type LaneOptions, type OpenJudgement } from './lane.ts';
import { restoreWeighed, saveWeighed } from './snapshot.ts';
import { createWeigher } from './weigh.ts';

/** How long after midnight a day still takes events: sources deliver late, seldom by more than this. */
export const GRACE_MS = 6 * HOUR_MS;

/** Whoever reads the page waits no longer than this for the judgement of a busy second. */
const SLICE_MS = 10;

/** What changed since the last look: days that closed, and what is said now of keys with new events. */
export type Judged = {
  closed: ClosedDay[];
  open: OpenJudgement[];
  /** Alerts that the closed days raised or added to. */
  raised: Alert[];
};

const sourceOf = ({ day, by, key }: OpenJudgement): string => `${day}\0${by}\0${key}`;

export type Live = ReturnType<typeof createLive>;
/**
 * One lane over everything and its calibration, for a stream: the open day is judged again as events
 * come, so that a lookup can raise an alert at once, and what was said of that day is replaced.
 */
export function createLive(options: LaneOptions & ChoiceOptions) {
  const lane = createLane({
    ...{ graceMs: GRACE_MS, dropsDuplicates: true, blockRows: BLOCK_ROWS },
    ...options,
  });
  let weigher = createWeigher();
  let chooser = createChooser(options);
  const provisional = new Map<string, OpenJudgement>();

  async function judge(): Promise<Judged> {
    const closed = lane.takeClosed();
    const raised = new Map<string, Alert>();
    for (const { day, signals, officials, officialDays } of closed) {
      const weighed = weigher.day(day, signals);
      for (const alert of chooser.closeDay(day, weighed, { officials, officialDays }))
        raised.set(alert.alertId, alert);
      for (const [source, judgement] of provisional)
        if (judgement.day <= day) {
          provisional.delete(source);
          chooser.say(source, []);
        }
    }
    const open: OpenJudgement[] = [];
    let since = performance.now();
    for (const judgements of lane.openJudgements()) {
      open.push(...judgements);
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      since = performance.now();
    }
    // Calibration has learned: what was said of open days is weighed anew.
    const anew = closed.length > 0 ? [...provisional.values(), ...open] : open;
    for (const judgement of open) provisional.set(sourceOf(judgement), judgement);
    for (const judgement of anew)
      chooser.say(sourceOf(judgement), weigher.preview(judgement.signals));
    return { closed, open, raised: [...raised.values()] };
  }

  return {
    lane,
    /** Takes events that reached us at `seenAt`, epoch ms. */
    observe(events: Iterable<AuditEvent>, seenAt?: number): void {
      for (const event of events) lane.observe(event, seenAt);
    },
    judge,
    /** Alerts of the last week and of the open days; `before`: ids already shown of open days. */
    standing: (before: ReadonlySet<string>): Alert[] =>
      chooser.standing(lane.officialsSeen(), before),
    /** Ids of all that closed days raised. */
    raised: (): ReadonlySet<string> => chooser.state().raised,
    save: (): StateChunk[] => [...lane.save(), ...saveWeighed(weigher.state(), chooser.state())],
    /** Takes up a saved state; gives the detectors that start anew. */
    restore(chunks: readonly Uint8Array[]): string[] {
      const warmedUp = lane.restore(chunks);
      const weighed = restoreWeighed(chunks);
      weigher = createWeigher(weighed.state);
      chooser = createChooser(options, weighed.choice);
      provisional.clear();
      return warmedUp;
    },
  };
}
