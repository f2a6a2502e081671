import { expect, test } from 'vitest';
import { renderReason } from '../../../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../../../detectors/sources/judge-sources.ts';
import type { Alert } from '../../../domain/alert.ts';
import type { SourceRun, StoredCount } from '../../../domain/source-facts.ts';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { LOG_TYPOLOGIES } from '../../../domain/typology.ts';
import { createLogJudge, type LogStore } from '../../../pipeline/judge-logs.ts';
import { toSourceAlert } from '../../../pipeline/source-alerts.ts';

const NOW = Date.UTC(2026, 2, 16, 12, 20);
const versions = { config: 'c', reference: 'r', detectors: {} };

/** One numbered source of three days, of which runs and counts can be set. */
function aWorld(saysTwice: boolean) {
  const first = Math.floor((NOW - 3 * DAY_MS) / HOUR_MS);
  const counts: StoredCount[] = Array.from({ length: 72 }, (_, i) => ({
    ...{ system: 'brp', instance: '', hour: first + i, events: 20, deadLetters: 0, duplicates: 0 },
    ...{ firstAt: (first + i) * HOUR_MS, lastAt: (first + i) * HOUR_MS + 1, numbered: 20 },
    ...{ lag: 1_000, ahead: 0, possibleAt: (first + i) * HOUR_MS + 1 },
  }));
  const run = (from: number, to: number, at: number): SourceRun => ({
    ...{ system: 'brp', instance: '', first: from, last: to },
    ...{ firstAt: at, firstId: `e${from}`, lastAt: at, lastId: `e${to}` },
  });
  const world = {
    now: NOW,
    runs: [run(1, 500, NOW - DAY_MS), run(901, 950, NOW - HOUR_MS)],
    alerts: new Map<string, Alert>(),
    actedOn: new Set<string>(),
    saves: 0,
    isCounted: true,
    run,
  };
  const store: LogStore = {
    newest: async () => (world.isCounted ? (counts.at(-1)?.possibleAt ?? null) : null),
    counts: async (from) => counts.filter((c) => c.hour >= from),
    runs: async () => world.runs,
    openAlertIds: async (from, detectors) =>
      [...world.alerts.values()]
        .filter((a) => a.firstEventAt >= from.firstEventAt && a.lastEventAt >= from.lastEventAt)
        .filter((a) => !world.actedOn.has(a.alertId))
        .filter((a) => detectors.includes(a.reasons[0]?.detector ?? ''))
        .map((a) => a.alertId),
    async saveAlerts(alerts) {
      world.saves += alerts.length;
      for (const alert of alerts) world.alerts.set(alert.alertId, alert);
    },
    async withdrawAlerts(ids) {
      for (const id of ids) world.alerts.delete(id);
    },
  };
  const judge = () =>
    createLogJudge({
      ...{ store, saysTwice, now: () => world.now, config: () => ({}) },
      toAlert: (signal) => toSourceAlert(signal, { versions, render: renderReason }),
    });
  return { world, judge };
}

test('a hole is told once, and goes when it is filled', async () => {
  const { world, judge } = aWorld(false);
  const one = judge();
  expect(await one.look()).toEqual({ standing: 1, changed: 1, withdrawn: 0 });
  expect([...world.alerts.values()]).toMatchObject([{ typology: 'log-gap', actor: null }]);
  expect(await one.look()).toEqual({ standing: 1, changed: 0, withdrawn: 0 });
  // Another process, after a restart, says the same of it and nothing more.
  await judge().look();
  expect([world.alerts.size, world.saves]).toEqual([1, 2]);
  world.runs.push(world.run(501, 900, NOW - HOUR_MS + 5));
  expect(await one.look()).toEqual({ standing: 0, changed: 0, withdrawn: 1 });
  expect(world.alerts.size).toBe(0);
});

test('where nothing was counted nothing is said, and nothing taken back', async () => {
  const { world, judge } = aWorld(false);
  await judge().look();
  world.isCounted = false;
  expect(await judge().look()).toEqual({ standing: 0, changed: 0, withdrawn: 0 });
  expect(world.alerts.size).toBe(1);
});

test('what somebody acted on stays, though it was filled', async () => {
  const { world, judge } = aWorld(false);
  const one = judge();
  await one.look();
  for (const id of world.alerts.keys()) world.actedOn.add(id);
  world.runs.push(world.run(501, 900, NOW - HOUR_MS + 5));
  expect(await one.look()).toMatchObject({ withdrawn: 0 });
  expect(world.alerts.size).toBe(1);
});

test('of lines that may be under way, only what two looks say', async () => {
  const { world, judge } = aWorld(true);
  const [whole, later] = [world.runs.slice(0, 1), world.runs];
  const one = judge();
  expect(await one.look()).toMatchObject({ standing: 0, changed: 0 });
  world.runs = whole;
  await one.look();
  world.runs = later;
  expect(await one.look()).toMatchObject({ standing: 0, changed: 0 });
  expect(await one.look()).toMatchObject({ standing: 1, changed: 1 });
  // What stands already is not taken back for being seen once by who comes next.
  expect(await judge().look()).toMatchObject({ withdrawn: 0 });
  expect(world.alerts.size).toBe(1);
});

test('what was told long ago is left as it was told', async () => {
  const { world, judge } = aWorld(false);
  world.runs = [world.run(1, 500, NOW - 12 * DAY_MS), world.run(901, 950, NOW - 9 * DAY_MS)];
  expect(await judge().look()).toMatchObject({ standing: 0 });
});

test('every kind of alert about a log is known as one', () => {
  expect(new Set(SOURCE_DETECTORS.flatMap((d) => d.meta.typologies))).toEqual(
    new Set(LOG_TYPOLOGIES),
  );
});
