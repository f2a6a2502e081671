// A backtest of a store: what other settings would have raised, against what was raised.
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Backtest } from '../api/schemas/backtests.ts';
import type { Alert } from '../domain/alert.ts';
import { AppError } from '../domain/errors.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import { lateCuts } from '../pipeline/late.ts';
import { briefly, type Comparison, compareAlerts, outcomesOf } from '../review/backtest.ts';
import type { ReviewDeps } from '../review/context.ts';
import { createAlertStore } from '../storage/alerts.ts';
import { createBacktestStore } from '../storage/backtests.ts';
import type { Store } from '../storage/client.ts';
import { createEventStore } from '../storage/events.ts';
import type { BacktestAnswer, BacktestRequest, BacktestThreadData } from './backtest-thread.ts';
import { storedEvents } from './judging.ts';
import { isAboutLog, type Period, type Raised, raiseAgain, type Way } from './raise-again.ts';
import { type Settings, settingsVersion } from './settings.ts';
import { startThread, WORTH_WORKERS_EVENTS, workersFor } from './workers.ts';

/** How the alerts of a store were chosen: a process that runs all day leaves its state behind. */
export const wayOf = async (store: Store, tenant: string): Promise<Way> =>
  (await createBacktestStore(store, tenant).wasStreamed()) ? 'service' : 'scan';

/** What is asked of the history: which part, chosen how, by which settings and facts. */
export type Asked = { period: Period; way: Way; settings: Settings; reference: PackedReference };

/** Events up to the end of the period, as they were judged when they came. */
async function eventsOf(store: Store, { period, way }: Asked) {
  const events = createEventStore(store);
  const newest = await events.newest(period.to);
  if (newest === null)
    throw new AppError('ERR_CLI_USAGE', 'Nothing is stored before the end of this period.');
  const cuts = way === 'service' ? lateCuts(await events.batches()) : new Map<number, number>();
  const request = { until: period.to, cuts };
  return { newest, request, source: await storedEvents({ events }, request) };
}

/** Runs it in this process, with a bar on the terminal. */
export async function backtestHere(store: Store, asked: Asked): Promise<Raised> {
  const { newest, source } = await eventsOf(store, asked);
  const { way, period, settings, reference } = asked;
  return raiseAgain(source, reference, settings, { way, period, newest });
}

/** Runs it in a thread of its own, for a service that must go on answering. */
export async function backtestApart(
  store: Store,
  asked: Asked,
  onProgress: (share: number) => void,
): Promise<Raised> {
  const { newest, source, request } = await eventsOf(store, asked);
  const { way, period, settings, reference } = asked;
  const { total } = source;
  const data: BacktestThreadData = {
    ...{ reference, settings, total },
    options: { way, period, newest },
  };
  const thread = startThread<BacktestRequest, BacktestAnswer>('backtest-thread', data);
  try {
    let done = 0;
    // The thread shares the keys out over as many lanes, by the same rule.
    const parts = workersFor(total >= WORTH_WORKERS_EVENTS);
    for await (const page of createEventStore(store).pages({ ...request, parts })) {
      await thread.ask(page);
      done += page.rows;
      onProgress(Math.min(1, done / Math.max(1, total)));
    }
    const raised = await thread.ask('end');
    if (raised === null) throw new RangeError('the end of a backtest gives its alerts');
    return raised;
  } finally {
    await thread.close();
  }
}

/** Compares with the alerts that stand in the store, or with those given. */
export async function compareWith(
  store: Store,
  { period, way }: Pick<Asked, 'period' | 'way'>,
  raised: Raised,
  deps: ReviewDeps,
  given?: readonly Alert[],
): Promise<Comparison> {
  const before = given ?? (await createAlertStore(store).beginningIn(period));
  // What was wrong with the logs depends on when they were read. A scan says it again, except how far
  // a clock was ahead: that is told by the time of reading.
  const isSaidAgain = (alert: Alert): boolean =>
    way === 'scan' ? alert.typology !== 'clock-skew' : !isAboutLog(alert);
  const isCompared = (alert: Alert): boolean => isSaidAgain(alert) && isOpenTo(deps, alert);
  return compareAlerts(
    before.filter(isCompared),
    raised.alerts.filter(isCompared),
    new Set(raised.passedOver),
    outcomesOf(deps),
  );
}

/** Whether an alert may be compared for everybody: none of its lookups is called confidential now. */
export const isOpenTo = ({ directory }: ReviewDeps, { eventIds }: Alert): boolean =>
  !eventIds.some(directory.isMarked);

/** A result with what it rests on: settings are changed on the strength of it. */
export const recordOf = (
  { period, settings, reference, way }: Asked,
  comparison: Comparison,
): z.output<typeof Backtest> => ({
  ...{ backtestId: `b-${randomUUID()}`, requestedAt: Date.now(), requestedBy: null, way },
  ...{ state: 'done', ...period, progress: 1, failure: null },
  ...{ configVersion: settingsVersion(settings), referenceVersion: reference.version },
  settings: { budget: settings.budget, detectors: settings.detectors },
  result: briefly(comparison),
});
