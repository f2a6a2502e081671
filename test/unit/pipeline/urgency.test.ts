import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../domain/event.ts';
import { DAY_MS } from '../../../domain/time.ts';
import type { Lane, LaneOptions, OpenJudgement } from '../../../pipeline/lane.ts';
import { createUrgency, type Urgency, urgencyOf } from '../../../pipeline/urgency.ts';
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

describe('a lookup', () => {
  const levelOf = (lookup: LookupFields = {}, fields: ReferenceFields = {}): Urgency['level'] =>
    urgencyOf(aLookup(lookup).event, world(fields)).level;
  test('is routine when one person is viewed for an own case', () => {
    expect(levelOf()).toBe('routine');
    expect(levelOf({ action: 'search', queryKey: 'name', resultCount: 1 })).toBe('routine');
    expect(levelOf({ caseRef: 'c1' })).toBe('routine');
  });
  test('is plain when no case explains it, or nobody knows the cases', () => {
    expect(levelOf({ actor: 'a2' })).toBe('plain');
    expect(levelOf({}, { hasCaseload: false })).toBe('plain');
  });
  test('by somebody unknown is judged at once, but not where nobody told who works here', () => {
    const stranger = token('a9');
    const { event } = aLookup({ actor: 'a9' });
    const among = { ...world(), official: () => null };
    const delivered = { ...among.delivered, officials: false };
    expect(event.actor?.token).toBe(stranger);
    expect(urgencyOf(event, among).level).toBe('at-once');
    expect(urgencyOf(event, { ...among, delivered }).level).toBe('plain');
  });
  test.each<[string, LookupFields, ReferenceFields]>([
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
  ])('is judged at once when %s', (_, lookup, fields) => {
    expect(levelOf(lookup, fields)).toBe('at-once');
  });
  test('is judged at once when the two are related, no person is named, or an application asks', () => {
    const { event } = aLookup();
    const related = { ...world(), ties: () => [{ kind: 'relative' }] as never };
    expect(urgencyOf(event, related).level).toBe('at-once');
    expect(urgencyOf({ ...event, subject: null }, world()).level).toBe('at-once');
    const actor = { token: token('a1'), kind: 'system' as const, unit: 'desk' };
    expect(urgencyOf({ ...event, actor }, world()).level).toBe('at-once');
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
  const urgency = createUrgency(counting);
  const { event } = aLookup();
  const first = urgency(event);
  const once = asked;
  expect(first.explanation?.because).toEqual(['E1']);
  expect([urgency({ ...event }), asked]).toEqual([first, once]);
  expect(urgency({ ...event, subject: token('s7') }).level).toBe('plain');
  for (let n = 0; n < 50_000; n++) urgency({ ...event, eventId: `e${n}` });
  const before = asked;
  expect(urgency(event)).toEqual(first);
  expect(asked).toBeGreaterThan(before);
});

describe('lookups of an open day', () => {
  const at = (minutes: number): number => instant('Tue 09:00') + minutes * 60_000;
  const own = (minutes: number, actor = 'a1'): AuditEvent => ({
    ...aLookup({ actor, eventId: `${actor} ${minutes}` }).event,
    occurredAt: at(minutes),
  });
  const plain = (minutes: number, actor = 'a1'): AuditEvent => ({
    ...own(minutes, actor),
    subject: token('s7'),
  });
  const refused = (minutes: number, actor = 'a1'): AuditEvent => ({
    ...own(minutes, actor),
    outcome: 'denied',
  });
  const lane = (options: Partial<LaneOptions> = {}) => {
    const known = options.reference ?? world();
    return aLane({
      ...{ reference: known, urgency: createUrgency(known), graceMs: 40 * DAY_MS },
      ...options,
    });
  };
  const officials = (judged: readonly OpenJudgement[]): string[] =>
    judged.filter((j) => j.by === 'actor').map((j) => j.key);
  /** What there is time for, of so many keys. */
  function spare(one: Lane, keys = Number.POSITIVE_INFINITY, isIdle = false): OpenJudgement[] {
    const judged: OpenJudgement[] = [];
    if (keys === 0) return judged;
    let taken = 0;
    for (const judgements of one.spareJudgements(isIdle)) {
      judged.push(...judgements);
      if (++taken >= keys) break;
    }
    return judged;
  }

  test('that are routine wait for three more, and later for a quarter of the day', () => {
    const one = lane();
    const judgedAt: number[] = [];
    for (let n = 1; n <= 40; n++) {
      one.observe({ ...own(0), eventId: `e${n}` });
      if (officials(spare(one)).length > 0) judgedAt.push(n);
    }
    expect(judgedAt).toEqual([4, 8, 12, 16, 22, 30, 40]);
    expect(one.judgeOpen()).toEqual([]);
  });
  test('that are routine are judged with anything else of the same official', () => {
    const one = lane();
    one.observe(own(0));
    one.observe(own(1));
    expect([one.judgeOpen(), spare(one)]).toEqual([[], []]);
    one.observe(plain(2));
    expect(one.judgeOpen()).toEqual([]);
    const [judged] = spare(one);
    expect(judged?.signals.find((s) => s.detector === 'diary')?.eventIds).toHaveLength(3);
    // The person of the routine ones waits still.
    expect(one.waiting()).toBe(1);
  });
  test('that are routine wait ten minutes at most, whoever else is at work', () => {
    const one = lane();
    one.observe(own(0));
    one.observe(plain(9, 'a2'));
    expect(officials(spare(one))).toEqual(['a2']);
    one.observe(plain(10, 'a2'));
    expect(officials(spare(one)).sort()).toEqual(['a1', 'a2']);
  });
  test('are judged when there is time, those that waited longest first', () => {
    const caseload = ['a1', 'a2', 'a3'].map((actor) => aCase({ actor: token(actor) }));
    const one = lane({ reference: world({ caseload }) });
    for (const [minute, actor] of ['a2', 'a3', 'a1'].entries()) one.observe(own(minute, actor));
    for (const actor of ['a5', 'a4', 'a5']) one.observe(plain(3, actor));
    expect(officials(spare(one, 1))).toEqual(['a5']);
    expect(officials(spare(one))).toEqual(['a4']);
    expect(officials(spare(one, 2, true))).toEqual(['a2', 'a3']);
    expect(officials(spare(one, 9, true))).toEqual(['a1']);
    expect([one.waiting(), spare(one, 9, true)]).toEqual([0, []]);
  });
  test('that can be a reason by themselves go before all others, with all of their official', () => {
    const one = lane();
    one.observe(plain(0, 'a2'));
    one.observe(own(0));
    one.observe({ ...plain(1), eventId: 'plain' });
    one.observe({ ...refused(2), eventId: 'refused' });
    const [judged, ...others] = one.judgeOpen().filter((j) => j.by === 'actor');
    expect([judged?.key, others]).toEqual(['a1', []]);
    expect(judged?.signals.find((s) => s.detector === 'diary')?.eventIds).toHaveLength(3);
    // Nothing of that official is left.
    expect(officials(spare(one, 9, true))).toEqual(['a2']);
  });
  test('come to what they come to at once, when all is judged in the end', () => {
    const lanes = [{}, { urgency: createUrgency(reference) }].map((options) =>
      aLane({ graceMs: 40 * DAY_MS, ...options }),
    );
    const said = lanes.map(() => new Map<string, OpenJudgement>());
    const judged = [0, 0];
    // As busy as people are, or all of them would have waited long enough.
    const events = EVENTS.slice(0, 200).map((event, n) => ({ ...event, occurredAt: at(n / 6) }));
    for (const [n, event] of events.entries())
      for (const [i, one] of lanes.entries()) {
        one.observe(event);
        const isLast = n === events.length - 1;
        const inTime = spare(one, isLast ? Number.POSITIVE_INFINITY : n % 3, isLast);
        for (const judgement of [...one.judgeOpen(), ...inTime]) {
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
