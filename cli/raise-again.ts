// Detection over stored history, from events to the alerts of a period: the heart of a backtest.
import type { Alert } from '../domain/alert.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import { toIso } from '../domain/time.ts';
import { createChooser } from '../pipeline/choose.ts';
import { alertIdOf, toAlert } from '../pipeline/to-alerts.ts';
import { alertContext } from './alert-context.ts';
import { type EventSource, judgeAll } from './judging.ts';
import { settle } from './scan.ts';
import type { Settings } from './settings.ts';

/**
 * How alerts are chosen: `service` day by day, as a process that runs all year does; `scan` once over the
 * whole period.
 */
export type Way = 'service' | 'scan';
/** Half-open, epoch ms: alerts whose first event falls in it. */
export type Period = { from: number; to: number };
export type RaiseOptions = {
  way: Way;
  period: Period;
  /** Last event before the end of the period, epoch ms. */
  newest: number;
  onProgress?(share: number): void;
};
export type Raised = {
  /** Alerts of the period, best first. */
  alerts: Alert[];
  /** Ids of what had something to say and found no place within the budget. */
  passedOver: string[];
};

/** Whether an alert begins in a period. */
export const beginsIn =
  ({ from, to }: Period) =>
  ({ firstEventAt }: Alert): boolean =>
    firstEventAt >= toIso(from) && firstEventAt < toIso(to);

/** About a log rather than about somebody: what was missing when it was read cannot be read again. */
export const isAboutLog = ({ actor, subjects }: Alert): boolean =>
  actor === null && subjects.length === 0;

/** Alerts that these settings raise from these events. The same events and settings, the same alerts. */
export async function raiseAgain(
  source: EventSource,
  reference: PackedReference,
  settings: Settings,
  { way, period, newest, onProgress }: RaiseOptions,
): Promise<Raised> {
  const progress = onProgress === undefined ? {} : { onProgress };
  const isOurs = beginsIn(period);
  if (way === 'scan') {
    const detection = await judgeAll(source, reference, settings, progress);
    const { alerts, episodes } = settle(detection, reference, settings, settings.budget);
    const raised = new Set(alerts.map((a) => a.alertId));
    const passedOver = episodes.map(alertIdOf).filter((id) => !raised.has(id));
    return { alerts: alerts.filter(isOurs), passedOver };
  }
  const context = alertContext(settings, reference.version);
  const alerts = new Map<string, Alert>();
  const passedOver = new Set<string>();
  const chooser = createChooser({
    budget: settings.budget,
    toAlert: (episode) => toAlert(episode, context),
    onPassedOver: (id) => passedOver.add(id),
  });
  const take = (all: readonly Alert[]): void => {
    for (const alert of all) alerts.set(alert.alertId, alert);
  };
  const { open } = await judgeAll(source, reference, settings, {
    ...progress,
    live: {
      newest,
      onDay: (day, signals, work) => take(chooser.closeDay(day, signals, work)),
    },
  });
  chooser.say('open', open.signals);
  take(chooser.standing(open.officials));
  return {
    alerts: [...alerts.values()]
      .filter(isOurs)
      .sort((a, b) => b.score - a.score || (a.alertId < b.alertId ? -1 : 1)),
    passedOver: [...passedOver].filter((id) => !alerts.has(id)),
  };
}
