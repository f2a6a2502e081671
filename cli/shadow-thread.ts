// A thread in which settings run in the shadow: the fold of the service, over events read back from the store.
import { parentPort, workerData } from 'node:worker_threads';
import type { Alert } from '../domain/alert.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { bytesOf } from '../domain/state-chunk.ts';
import { createLive } from '../pipeline/live.ts';
import { toAlert } from '../pipeline/to-alerts.ts';
import { indexReference } from '../reference/index-rows.ts';
import { eachLine, eventOf } from '../storage/event-pages.ts';
import { alertContext } from './alert-context.ts';
import { detectorsInForce, type Settings } from './settings.ts';

export type ShadowThreadData = { rows: ReferenceRows; settings: Settings };
/** A page of events; or newer reference data; or a look at what stands now. */
export type ShadowRequest = { text: string } | { rows: ReferenceRows } | 'look';
/** What a look found since the last: alerts new or changed, ids that no longer stand, ids without a place. */
export type ShadowAnswer = { changed: Alert[]; withdrawn: string[]; passedOver: string[] };
const NOTHING: ShadowAnswer = { changed: [], withdrawn: [], passedOver: [] };

const { settings, ...given } = workerData as ShadowThreadData;
const passedOver = new Set<string>();
const openLive = (rows: ReferenceRows) => {
  const context = alertContext(settings, rows.version);
  return createLive({
    reference: indexReference(rows),
    ...{ budget: settings.budget, config: settings.detectors },
    detectors: detectorsInForce(settings).inForce,
    toAlert: (episode) => toAlert(episode, context),
    onPassedOver: (id) => passedOver.add(id),
  });
};
let live = openLive(given.rows);
const written = new Map<string, string>();
/** Of those passed over, the ones that a look has told. */
const told = new Set<string>();
/** Alerts of closed days since the last look. */
const closed = new Map<string, Alert>();
let today = new Set<string>();

async function judge(): Promise<void> {
  for (const alert of (await live.judge()).raised) closed.set(alert.alertId, alert);
}

async function look(): Promise<ShadowAnswer> {
  await judge();
  const alerts = new Map(closed);
  closed.clear();
  for (const alert of live.standing(today)) alerts.set(alert.alertId, alert);
  const raised = live.raised();
  const withdrawn = [...today].filter((id) => !alerts.has(id) && !raised.has(id));
  const changed = [...alerts.values()].filter((alert) => {
    const text = JSON.stringify(alert);
    if (written.get(alert.alertId) === text) return false;
    written.set(alert.alertId, text);
    told.delete(alert.alertId);
    return true;
  });
  today = new Set([...alerts.keys()].filter((id) => !raised.has(id)));
  const without = [...passedOver].filter(
    (id) => !told.has(id) && !alerts.has(id) && !raised.has(id),
  );
  for (const id of without) told.add(id);
  return { changed, withdrawn, passedOver: without };
}

async function take(request: ShadowRequest): Promise<ShadowAnswer> {
  if (request === 'look') return look();
  if ('rows' in request) {
    await judge();
    const chunks = bytesOf(live.save());
    live = openLive(request.rows);
    live.restore(chunks);
    return NOTHING;
  }
  const events: AuditEvent[] = [];
  eachLine(request.text, (start, end) => events.push(eventOf(request.text.slice(start, end))));
  live.observe(events, Date.now());
  await judge();
  return NOTHING;
}
let turn: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (request: ShadowRequest) => {
  // One after the other; a failure ends the thread, and whoever waits hears of it.
  turn = turn.then(async () => parentPort?.postMessage(await take(request)));
});
