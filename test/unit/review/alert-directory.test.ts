// The queue in memory: what a source calls confidential leaves the open view at the next look, with no
// question to the store per alert.
import { expect, test } from 'vitest';
import type { Alert } from '../../../domain/alert.ts';
import type { OpenMark } from '../../../domain/confidential.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { createAlertDirectory } from '../../../review/alert-directory.ts';
import { anAlert } from '../../helpers/alerts.ts';

const DAY = Date.UTC(2026, 2, 3);
const iso = (at: number): string => new Date(at).toISOString();
/** An alert about one lookup, `e` and its number, on a day of its own. */
const onDay = (n: number, fields: Partial<Alert> = {}): Alert =>
  anAlert({
    ...{ alertId: `al-${n}`, eventIds: [`e${n}`], eventCount: 1 },
    ...{ firstEventAt: iso(DAY + n * DAY_MS), lastEventAt: iso(DAY + n * DAY_MS + 1_000) },
    ...fields,
  });
const at = (n: number): number => DAY + n * DAY_MS + 500;

async function aQueue(alerts: Alert[]) {
  const marked = new Map<string, OpenMark>();
  const asked: string[][] = [];
  let version = 0;
  let said = 0;
  const directory = createAlertDirectory(
    {
      stamp: async () => `${version} ${alerts.length}`,
      marks: async () => alerts.map(({ alertId }, rank) => ({ alertId, rank, mark: alertId })),
      async byIds(ids) {
        asked.push([...ids]);
        return alerts.filter((a) => ids.includes(a.alertId));
      },
      get: async (id) => alerts.find((a) => a.alertId === id) ?? null,
    },
    {
      stamp: async () => String(said),
      open: async () => [...marked.values()],
    },
  );
  await directory.refresh();
  asked.length = 0;
  const told: string[][] = [];
  const toldOpen: string[][] = [];
  directory.onChanged((ids) => told.push(ids));
  directory.open.onChanged((ids) => toldOpen.push(ids));
  return {
    ...{ directory, asked, told, toldOpen },
    mark(eventId: string, occurredAt: number, system = 'brp') {
      marked.set(eventId, { system, eventId, occurredAt });
      said += 1;
    },
    lift(eventId: string) {
      marked.delete(eventId);
      said += 1;
    },
    raise(alert: Alert) {
      alerts.push(alert);
      version += 1;
    },
  };
}
const idsOf = (rows: readonly { alertId: string }[]): string[] => rows.map((r) => r.alertId);

test('a mark takes an alert out of the open view, a lift brings it back', async () => {
  const { directory, told, toldOpen, mark, lift } = await aQueue([onDay(1), onDay(2)]);
  mark('e2', at(2));
  expect(await directory.refresh()).toEqual(['al-2']);
  expect(idsOf(directory.all())).toEqual(['al-1', 'al-2']);
  expect(idsOf(directory.open.all())).toEqual(['al-1']);
  expect(directory.open.get('al-2')).toBeNull();
  expect(await directory.open.detail('al-2')).toBeNull();
  expect(await directory.detail('al-2')).toMatchObject({ alertId: 'al-2' });
  expect(directory.open.mayName('al-2')).toBe(false);
  expect(directory.confidential()).toEqual({ alerts: 1, lookups: 1 });
  // Outside it goes once, and is not heard of again until it is lifted.
  expect([told, toldOpen]).toEqual([[['al-2']], [['al-2']]]);
  lift('e2');
  await directory.refresh();
  expect(idsOf(directory.open.all())).toEqual(['al-1', 'al-2']);
  expect([told.length, toldOpen.length]).toEqual([2, 2]);
});

test('an alert that is raised on a marked lookup is never told of outside', async () => {
  const { directory, told, toldOpen, mark, raise } = await aQueue([onDay(1)]);
  mark('e3', at(3));
  raise(onDay(3));
  await directory.refresh();
  expect(directory.get('al-3')).not.toBeNull();
  expect(directory.open.get('al-3')).toBeNull();
  expect([told, toldOpen]).toEqual([[['al-3']], []]);
});

test('what is newer at rest than the queue is not given out either', async () => {
  const one = onDay(1);
  const { directory, mark } = await aQueue([one]);
  mark('e9', at(9));
  await directory.refresh();
  one.eventIds.push('e9');
  expect(await directory.open.detail('al-1')).toBeNull();
  expect(await directory.open.detail('al-2')).toBeNull();
});

test('of ten thousand alerts a mark reads again those of its hour, and none when nothing was said', async () => {
  const { directory, asked, mark } = await aQueue(
    Array.from({ length: 10_000 }, (_, n) => onDay(n)),
  );
  expect(directory.open.all()).toBe(directory.all());
  await directory.refresh();
  expect(asked).toEqual([]);
  mark('e7000', at(7_000));
  await directory.refresh();
  expect(asked).toEqual([['al-7000']]);
  expect(directory.open.all()).toHaveLength(9_999);
  // The same list for every caller: nothing is looked up per alert when it is asked for.
  expect(directory.open.all()).toBe(directory.open.all());
});

test('looks of the product itself are kept, and are not what sources called confidential', async () => {
  const { directory, mark } = await aQueue([onDay(1)]);
  expect(directory.hasMarks()).toBe(false);
  mark('own-1', at(1), 'inzagewacht');
  await directory.refresh();
  expect(directory.hasMarks()).toBe(true);
  expect(directory.open.isMarked('own-1')).toBe(true);
  expect(directory.confidential()).toEqual({ alerts: 0, lookups: 0 });
});

test('a sum of weak signals rests on lookups of weeks before its own day', async () => {
  const sum = onDay(40, { alertId: 'al-sum', typology: 'combined-risk', eventIds: ['e1', 'e40'] });
  const { directory, mark } = await aQueue([onDay(1), sum]);
  mark('e1', at(1));
  await directory.refresh();
  expect(directory.open.all()).toEqual([]);
});
