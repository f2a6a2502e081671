import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detector } from '../../../detectors/detector.ts';
import type { RawSignal } from '../../../domain/signal.ts';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import type { LaneOptions } from '../../../pipeline/lane.ts';
import {
  aLane,
  allOf,
  anEvent,
  diary,
  EVENTS,
  inOneOrder,
  run,
  WHOLE,
} from '../../helpers/lanes.ts';
import { instant } from '../../helpers/lookups.ts';

describe('a lane', () => {
  test('says something of officials and of persons, by rules and by scores', () => {
    const kinds = new Set(WHOLE.map((s) => `${s.detector} ${s.kind}`));
    for (const kind of ['celebrity rule', 'diary score', 'visitors rule', 'unusual-volume score'])
      expect(kinds).toContain(kind);
    expect(new Set(WHOLE.map((s) => s.day)).size).toBeGreaterThan(8);
  });

  test('shows a detector what was refused and what names no person', () => {
    const events = [
      anEvent(1, { outcome: 'denied' }),
      anEvent(1, { eventId: 'none', subject: null, resultCount: 0 }),
      anEvent(1, { eventId: 'seen' }),
    ];
    const [signal] = run(aLane({ detectors: [diary()] as Detector[] }), events);
    expect(signal?.reasons[0]?.params).toMatchObject({ refused: 1, others: 1, verdicts: '-' });
    expect(signal?.eventIds.sort()).toEqual(['e1', 'none', 'seen']);
  });

  test('judges a day of searches without a result, but does not count it as a day with work', () => {
    const lane = aLane({ detectors: [diary()] as Detector[] });
    expect(run(lane, [anEvent(1, { subject: null })])).toHaveLength(1);
    expect(lane.workload()).toEqual({ officials: 0, days: 0, officialDays: 0 });
  });

  test('gives the same for any order of the events within a day', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 400, maxLength: 400 }), (keys) => {
        const shuffled = EVENTS.map((event, i) => ({
          event,
          day: Math.floor(i / 40),
          key: keys[i] ?? 0,
        }))
          .sort((a, b) => a.day - b.day || a.key - b.key)
          .map(({ event }) => event);
        expect(run(aLane({ graceMs: 40 * DAY_MS }), shuffled)).toEqual(WHOLE);
      }),
      { numRuns: 5 },
    );
  });

  test('gives the same in three shares as in one', () => {
    const share = (part: number): LaneOptions['share'] => ({
      actors: (actor) => Number(actor?.slice(1) ?? 0) % 3 === part,
      subjects: (subject) => Number(subject.slice(1)) % 3 === part,
    });
    const lanes = [0, 1, 2].map((part) => aLane({ share: share(part) as never }));
    const parts = lanes.flatMap((lane) => run(lane, EVENTS));
    expect(inOneOrder(parts)).toEqual(WHOLE);
    const one = aLane();
    run(one, EVENTS);
    expect(lanes.reduce((n, l) => n + l.workload().officialDays, 0)).toBe(
      one.workload().officialDays,
    );
    expect(lanes.flatMap((l) => l.coverage()).reduce((n, c) => n + c.lookups, 0)).toBe(
      one.coverage()[0]?.lookups,
    );
  });

  test('counts what comes after its day has closed, and does not judge it', () => {
    const lane = aLane();
    run(lane, EVENTS);
    lane.observe(anEvent(3, { eventId: 'late' }));
    expect(lane.late()).toBe(1);
    expect(lane.takeClosed()).toEqual([]);
  });

  test('takes events of yesterday until the grace is over', () => {
    const lane = aLane({ graceMs: 6 * HOUR_MS });
    const day = (hours: number, eventId: string) =>
      anEvent(0, {
        eventId,
        outcome: 'success',
        occurredAt: instant('Tue 00:00') + hours * HOUR_MS,
      });
    lane.observe(day(-1, 'Monday'));
    lane.observe(day(5, 'Tuesday'));
    lane.observe(day(-2, 'also Monday'));
    expect(lane.takeClosed()).toEqual([]);
    lane.observe(day(6, 'later Tuesday'));
    expect(lane.takeClosed()[0]?.signals.find((s) => s.detector === 'diary')?.eventIds).toEqual([
      'also Monday',
      'Monday',
    ]);
    lane.observe(day(-3, 'too late'));
    expect(lane.late()).toBe(1);
  });

  test('judges an event of a clock that is ahead, and ends no day of others by it', () => {
    const lane = aLane({ graceMs: 6 * HOUR_MS });
    const at = (hours: number): number => instant('Tue 12:00') + hours * HOUR_MS;
    const day = (hours: number, eventId: string) =>
      anEvent(0, { eventId, outcome: 'success', occurredAt: at(hours) });
    lane.observe(day(0, 'now'), at(0));
    lane.observe(day(9_000, 'next year'), at(0));
    lane.observe(day(1, 'summer time'), at(0));
    expect([lane.takeClosed(), lane.newest()]).toEqual([[], at(1)]);
    expect(lane.judgeOpen().some((j) => j.signals[0]?.eventIds.includes('next year'))).toBe(true);
    lane.observe(day(2, 'later'), at(2));
    expect(lane.late()).toBe(0);
    lane.observe(day(24, 'tomorrow'), at(24));
    const closed = lane.takeClosed().map((c) => c.signals.find((s) => s.detector === 'diary'));
    expect(closed.map((signal) => signal?.eventIds)).toEqual([['now', 'summer time', 'later']]);
  });

  test('drops what was delivered twice', () => {
    const twice = EVENTS.flatMap((e) => [e, { ...e }]);
    const lane = aLane({ dropsDuplicates: true });
    expect(run(lane, twice)).toEqual(WHOLE);
    expect(lane.duplicates()).toBe(EVENTS.length);
  });

  test('tells what makes the watched events legitimate', () => {
    const lane = aLane({ watched: new Set(['e3', 'e1']) });
    run(lane, EVENTS);
    expect([...lane.explanations().keys()].sort()).toEqual(['e1', 'e3']);
  });
});

describe('the open day', () => {
  test.each([
    ['as they are', null],
    ['packed one by one', 1],
    ['packed by five', 5],
  ])('says, once judged, what the closed day will say, of events %s', (_, blockRows) => {
    const lane = aLane({ graceMs: 2 * DAY_MS, blockRows });
    const last = new Map<string, RawSignal[]>();
    for (const [i, event] of EVENTS.entries()) {
      lane.observe(event);
      if (i % 7 !== 0) continue;
      for (const { day, by, key, signals } of lane.judgeOpen())
        last.set(`${day} ${by} ${key}`, signals);
    }
    for (const { day, by, key, signals } of lane.judgeOpen())
      last.set(`${day} ${by} ${key}`, signals);
    lane.closeAll();
    const closed = allOf(lane.takeClosed());
    expect(closed).toEqual(WHOLE);
    expect(inOneOrder([...last.values()].flat())).toEqual(WHOLE);
  });

  test('says of open days only what can become an alert, and of closed days all', () => {
    const openSift = { maxP: 0.05, neededP: 0.01 };
    const lanes = [aLane({ graceMs: 40 * DAY_MS }), aLane({ graceMs: 40 * DAY_MS, openSift })];
    for (const lane of lanes) for (const event of EVENTS) lane.observe(event);
    const [all = [], sifted = []] = lanes.map((lane) => lane.judgeOpen());
    expect(sifted.map(({ day, key }) => [day, key])).toEqual(all.map(({ day, key }) => [day, key]));
    const speaks = ({ kind, p }: RawSignal, from: number): boolean =>
      kind === 'rule' || (kind === 'score' && p <= from);
    const expected = all.map(({ signals }) =>
      signals.some((s) => speaks(s, openSift.neededP))
        ? signals.filter((s) => s.kind !== 'score' || speaks(s, openSift.maxP))
        : [],
    );
    expect(sifted.map(({ signals }) => signals)).toEqual(expected);
    // Some keys fall silent, and some keep their rules but not their weaker scores.
    expect(expected.filter((s) => s.length === 0).length).toBeGreaterThan(0);
    expect(expected.flat().length).toBeLessThan(
      all.filter((_, i) => expected[i]?.length !== 0).flatMap((j) => j.signals).length,
    );
    for (const lane of lanes) lane.closeAll();
    const [whole, same] = lanes.map((lane) => allOf(lane.takeClosed()));
    expect(same).toEqual(whole);
  });

  test('is judged again for keys with new events only', () => {
    const lane = aLane();
    lane.observe(anEvent(1));
    expect(lane.judgeOpen().map((j) => j.key)).toEqual(['a1', 's7']);
    expect(lane.judgeOpen()).toEqual([]);
    lane.observe(anEvent(2));
    expect(lane.judgeOpen().map((j) => j.key)).toEqual(['a2', 's3']);
  });
});
