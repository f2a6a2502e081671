import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../domain/event.ts';
import { DAY_MS } from '../../../domain/time.ts';
import type { LaneOptions, OpenJudgement } from '../../../pipeline/lane.ts';
import { createRoutine, routineOf } from '../../../pipeline/routine.ts';
import { aLane, allOf, EVENTS, inOneOrder, reference } from '../../helpers/lanes.ts';
import {
  aCase,
  aLookup,
  aReference,
  instant,
  type LookupFields,
  type ReferenceFields,
  token,
} from '../../helpers/lookups.ts';

const OWN = aCase({ actor: token('a1') });
const world = (fields: ReferenceFields = {}) =>
  aReference({ caseload: [OWN, aCase({ caseRef: token('c9'), subject: token('s9') })], ...fields });

describe('a lookup is routine', () => {
  const routine = (lookup: LookupFields = {}, fields: ReferenceFields = {}): boolean =>
    routineOf(aLookup(lookup).event, world(fields)) !== null;
  test('when one person is viewed for an own case', () => {
    expect(routine()).toBe(true);
    expect(routine({ action: 'search', queryKey: 'name', resultCount: 1 })).toBe(true);
    expect(routine({ caseRef: 'c1' })).toBe(true);
  });
  test.each<[string, LookupFields, ReferenceFields]>([
    ['no case of the official explains it', { actor: 'a2' }, {}],
    ['it quotes a case of somebody else', { caseRef: 'c9' }, {}],
    ['it was refused', { outcome: 'denied' }, {}],
    ['it is emergency access', { emergency: true }, {}],
    ['it showed more than one person', { action: 'search', resultCount: 2 }, {}],
    ['it takes data out', { action: 'export' }, {}],
    ['the official has left', {}, { ended: { a1: 'Mon 00:00' } }],
    ['the official is on leave', {}, { leave: { a1: ['Mon 00:00', 'Sun 00:00'] } }],
    ['the person is on a list', {}, { watchlist: { s1: ['celebrity'] } }],
    ['the data are kept secret', {}, { secrecy: { s1: 4 } }],
    ['the person is a colleague', {}, { colleagues: { s1: 'a2' } }],
    ['nobody knows the cases', {}, { hasCaseload: false }],
  ])('never when %s', (_, lookup, fields) => {
    expect(routine(lookup, fields)).toBe(false);
  });
  test('never when the two are related, no person is named, or an application asks', () => {
    const { event } = aLookup();
    const related = { ...world(), ties: () => [{ kind: 'relative' }] as never };
    expect(routineOf(event, related)).toBeNull();
    expect(routineOf({ ...event, subject: null }, world())).toBeNull();
    const actor = { token: token('a1'), kind: 'system' as const, unit: 'desk' };
    expect(routineOf({ ...event, actor }, world())).toBeNull();
  });
});

test('an event that comes twice is looked up once, and another under its id anew', () => {
  let asked = 0;
  const counting = {
    ...world(),
    caseloadOf: (subject: string) => {
      asked++;
      return world().caseloadOf(token(subject));
    },
  };
  const routine = createRoutine(counting);
  const { event } = aLookup();
  const first = routine(event);
  const once = asked;
  expect(first?.because).toEqual(['E1']);
  expect([routine({ ...event }), asked]).toEqual([first, once]);
  expect(routine({ ...event, subject: token('s7') })).toBeNull();
  for (let n = 0; n < 50_000; n++) routine({ ...event, eventId: `e${n}` });
  const before = asked;
  expect(routine(event)).toEqual(first);
  expect(asked).toBeGreaterThan(before);
});

describe('routine lookups of an open day', () => {
  const at = (minutes: number): number => instant('Tue 09:00') + minutes * 60_000;
  const own = (minutes: number, actor = 'a1'): AuditEvent => ({
    ...aLookup({ actor, eventId: `${actor} ${minutes}` }).event,
    occurredAt: at(minutes),
  });
  const lane = (options: Partial<LaneOptions> = {}) => {
    const reference = options.reference ?? world();
    return aLane({
      reference,
      routine: createRoutine(reference),
      graceMs: 40 * DAY_MS,
      ...options,
    });
  };
  const officials = (judged: readonly OpenJudgement[]): string[] =>
    judged.filter((j) => j.by === 'actor').map((j) => j.key);

  test('wait for three more, and later for a quarter of the day', () => {
    const one = lane();
    const judgedAt: number[] = [];
    for (let n = 1; n <= 40; n++) {
      one.observe({ ...own(0), eventId: `e${n}` });
      if (officials(one.judgeOpen()).length > 0) judgedAt.push(n);
    }
    expect(judgedAt).toEqual([4, 8, 12, 16, 22, 30, 40]);
  });
  test('are judged with anything else of the same official', () => {
    const one = lane();
    one.observe(own(0));
    one.observe(own(1));
    expect(one.judgeOpen()).toEqual([]);
    one.observe({ ...own(2), subject: token('s7') });
    const [judged] = one.judgeOpen();
    expect(judged?.signals.find((s) => s.detector === 'diary')?.eventIds).toHaveLength(3);
    // The person of the routine ones waits still.
    expect(one.waiting()).toBe(1);
  });
  test('wait ten minutes at most, whoever else is at work', () => {
    const one = lane();
    one.observe(own(0));
    one.observe({ ...own(9, 'a2'), subject: token('s7') });
    expect(officials(one.judgeOpen())).toEqual(['a2']);
    one.observe({ ...own(10, 'a2'), subject: token('s7') });
    expect(officials(one.judgeOpen()).sort()).toEqual(['a1', 'a2']);
  });
  test('are judged when there is time, those that waited longest first', () => {
    const caseload = ['a1', 'a2', 'a3'].map((actor) => aCase({ actor: token(actor) }));
    const one = lane({ reference: world({ caseload }) });
    for (const [minute, actor] of ['a2', 'a3', 'a1'].entries()) one.observe(own(minute, actor));
    expect(one.judgeOpen()).toEqual([]);
    expect(officials(one.judgeOpen(2))).toEqual(['a2', 'a3']);
    expect(officials(one.judgeOpen(2))).toEqual(['a1']);
    expect([one.waiting(), one.judgeOpen(2)]).toEqual([0, []]);
  });
  test('come to what they come to without waiting, once all is judged', () => {
    const lanes = [{}, { routine: createRoutine(reference) }].map((options) =>
      aLane({ graceMs: 40 * DAY_MS, ...options }),
    );
    const said = lanes.map(() => new Map<string, OpenJudgement>());
    const judged = [0, 0];
    // As busy as people are, or all of them would have waited long enough.
    const events = EVENTS.slice(0, 200).map((event, n) => ({ ...event, occurredAt: at(n / 6) }));
    for (const [n, event] of events.entries())
      for (const [i, one] of lanes.entries()) {
        one.observe(event);
        const most = n === events.length - 1 ? Number.POSITIVE_INFINITY : 0;
        for (const judgement of one.judgeOpen(most)) {
          said[i]?.set(`${judgement.day} ${judgement.by} ${judgement.key}`, judgement);
          judged[i] = (judged[i] ?? 0) + 1;
        }
      }
    const [all, waited] = said.map((map) =>
      inOneOrder([...map.values()].flatMap((j) => j.signals)),
    );
    expect(waited).toEqual(all);
    expect(judged[1]).toBeLessThan(judged[0] ?? 0);
    for (const one of lanes) one.closeAll();
    const [whole, same] = lanes.map((one) => allOf(one.takeClosed()));
    expect(same).toEqual(whole);
  });
});
