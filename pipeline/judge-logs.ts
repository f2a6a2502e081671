// Judges the logs themselves on what is stored of them: the same in one process and in several.
import { judgeSources } from '../detectors/sources/judge-sources.ts';
import type { SourceSignal } from '../detectors/sources/source-detector.ts';
import type { Alert } from '../domain/alert.ts';
import type { SourceRun, StoredCount } from '../domain/source-facts.ts';
import { DAY_MS, HOUR_MS, toIso } from '../domain/time.ts';
import { sourceFacts } from '../ingest/source-facts.ts';

const WEEK_MS = 7 * DAY_MS;
/** Weeks from which is learned what is usual: rhythms take three to begin, and fade after some more. */
export const LEARNED_WEEKS = 12;
/** Weeks of numbers from which is learned how many a source skips by nature. */
const NUMBERED_WEEKS = 2;
/** What is older was told in its time, and stays as it was told. */
const TOLD_MS = WEEK_MS;
/** What later lines can mend: a hole that was filled, silence that was only delay. */
const MENDABLE = ['log-gap', 'source-silent'];

/** What judging logs needs of a store. */
export type LogStore = {
  /** Last event that was possible when it was counted, epoch ms; null when nothing was. */
  newest(): Promise<number | null>;
  /** Hours from an hour on, all writers together, by source in order of time. */
  counts(fromHour: number): Promise<StoredCount[]>;
  /** Runs of stored numbers from an instant on, by source in order of time. */
  runs(from: number): Promise<SourceRun[]>;
  /** Ids of alerts of these detectors, with a first and a last event from these instants on, that nobody acted on. */
  openAlertIds(
    from: { firstEventAt: string; lastEventAt: string },
    detectors: readonly string[],
  ): Promise<string[]>;
  saveAlerts(alerts: readonly Alert[], version: number): Promise<void>;
  withdrawAlerts(ids: readonly string[]): Promise<void>;
};
export type LogJudgeOptions = {
  store: LogStore;
  /** Settings by detector id. */
  config(): Readonly<Record<string, unknown>>;
  toAlert(signal: SourceSignal): Alert;
  /**
   * Says only what two looks in a row say. Where several processes read one source, lines overtake each
   * other on their way, and a hole may be one that is about to arrive.
   */
  saysTwice: boolean;
  now(): number;
};
export type LogsJudged = { standing: number; changed: number; withdrawn: number };

/** First instant of the week of an instant, so that what is learned from does not move by the hour. */
const weekOf = (at: number): number => Math.floor(at / WEEK_MS) * WEEK_MS;

export type LogJudge = ReturnType<typeof createLogJudge>;
/**
 * A function of what is stored, and of the time of day: who looks, and after which restart, changes
 * nothing. Time is that of the last event that was possible: in old logs that are read, today says nothing.
 */
export function createLogJudge({ store, config, toAlert, saysTwice, now }: LogJudgeOptions) {
  const written = new Map<string, string>();
  let saidBefore = new Set<string>();

  /** What is said now; null where nothing was counted, and nothing can be said. */
  async function signals(): Promise<{ clock: number; said: SourceSignal[] } | null> {
    const newest = await store.newest();
    if (newest === null) return null;
    const at = now();
    const clock = Math.min(at, newest);
    const facts = sourceFacts(
      await store.counts((weekOf(clock) - LEARNED_WEEKS * WEEK_MS) / HOUR_MS),
      await store.runs(weekOf(clock) - NUMBERED_WEEKS * WEEK_MS),
      at,
    );
    const said = judgeSources(facts, config()).filter(({ to }) => to >= clock - TOLD_MS);
    return { clock, said };
  }

  return {
    /** Writes what is wrong with the logs, and takes back what was mended unless somebody acted on it. */
    async look(): Promise<LogsJudged> {
      const judged = await signals();
      if (judged === null) return { standing: 0, changed: 0, withdrawn: 0 };
      const { clock, said } = judged;
      const alerts = new Map(said.map(toAlert).map((alert) => [alert.alertId, alert]));
      const open = await store.openAlertIds(
        {
          // What began before can no longer be told from what is read, mended or not.
          firstEventAt: toIso(clock - NUMBERED_WEEKS * WEEK_MS),
          lastEventAt: toIso(clock - TOLD_MS),
        },
        MENDABLE,
      );
      const isOpen = new Set(open);
      const isTold = (id: string): boolean =>
        !saysTwice || saidBefore.has(id) || isOpen.has(id) || written.has(id);
      const changed = [...alerts.values()].filter(
        (alert) => isTold(alert.alertId) && written.get(alert.alertId) !== JSON.stringify(alert),
      );
      await store.saveAlerts(changed, now());
      for (const alert of changed) written.set(alert.alertId, JSON.stringify(alert));
      const gone = open.filter((id) => !alerts.has(id));
      await store.withdrawAlerts(gone);
      for (const id of written.keys()) if (!alerts.has(id)) written.delete(id);
      saidBefore = new Set(alerts.keys());
      return {
        standing: [...alerts.keys()].filter((id) => written.has(id)).length,
        ...{ changed: changed.length, withdrawn: gone.length },
      };
    },
  };
}
