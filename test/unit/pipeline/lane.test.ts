import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Detector,
  defineDetector,
  defineSubjectDetector,
} from '../../../detectors/detector.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import type { AuditEvent } from '../../../domain/event.ts';
import type { CaseloadRow } from '../../../domain/reference.ts';
import type { RawSignal, SignalDraft } from '../../../domain/signal.ts';
import { DAY_MS, HOUR_MS, localDay } from '../../../domain/time.ts';
import { groupBy } from '../../../pipeline/group-by.ts';
import { type ClosedDay, createLane, type Lane, type LaneOptions } from '../../../pipeline/lane.ts';
import { aLookup, aReference, instant, token } from '../../helpers/lookups.ts';

const START = instant('Mon 08:00');
/** Officials a0…, persons s0…; one time step is 37 minutes, so that days and nights are crossed. */
const anEvent = (n: number, fields: Partial<AuditEvent> = {}): AuditEvent => ({
  ...aLookup({ eventId: `e${n}` }).event,
  occurredAt: START + n * 37 * 60_000,
  actor: { token: token(`a${n % 5}`), kind: 'person', unit: 'desk' },
  subject: token(`s${(n * 7) % 11}`),
  action: n % 3 === 0 ? 'search' : 'view',
  queryKey: n % 2 === 0 ? 'bsn' : 'name',
  outcome: n % 13 === 0 ? 'denied' : 'success',
  ...fields,
});

/** Some pairs have an own case, s3 is on a list: every template and several rules have work to do. */
const reference = {
  ...aReference({ watchlist: { s3: ['celebrity'] }, secrecy: { s4: 4 } }),
  caseloadOf: (subject: string): CaseloadRow[] =>
    ['s1', 's5', 's6'].includes(subject)
      ? [
          {
            caseRef: null,
            subject: token(subject),
            kind: 'case',
            actor: token('a1'),
            unit: 'other',
            domain: 'wmo',
            from: START,
            to: START + 3 * DAY_MS,
          },
        ]
      : [],
};

const draft = (typology: SignalDraft['typology'], fields: Partial<SignalDraft>): SignalDraft => ({
  typology,
  kind: 'rule',
  p: 0.01,
  floor: 'low',
  subject: null,
  reasons: [],
  eventIds: [],
  verdict: 'unexplained',
  ...fields,
});
const meta = (id: string, version = 1) => ({
  id,
  version,
  title: id,
  description: id,
  typologies: [],
  maturity: 'experimental' as const,
  dataUsed: [],
  falsePositives: [],
  knownGaps: [],
  runbook: [],
});
const noSettings = z.strictObject({});

/** Remembers everything it was shown, so that any difference between two runs comes out. */
const diary = (version = 1) =>
  defineDetector({
    meta: meta('diary', version),
    config: noSettings,
    reasons: [],
    start: () => ({ days: 0, seen: new Map<string, number>() }),
    observeDay(day, state) {
      state.days++;
      for (const l of [...day.lookups, ...day.refused])
        state.seen.set(l.subject, (state.seen.get(l.subject) ?? 0) + 1);
      const events = [...day.lookups, ...day.refused].map((l) => l.event).concat(day.others);
      return [
        draft('no-case', {
          kind: 'score',
          p: 0.4 / state.days,
          eventIds: events.map((e) => e.eventId),
          reasons: [
            {
              detector: 'diary',
              code: 'seen',
              observed: state.days,
              expected: null,
              unit: 'days',
              comparedWith: 'nothing',
              params: {
                seen: [...state.seen].join(),
                verdicts: day.lookups.map((l) => l.explanation.because.join() || '-').join(' '),
                refused: day.refused.length,
                others: day.others.length,
              },
            },
          ],
        }),
      ];
    },
  });
const visitors = defineSubjectDetector({
  key: 'subject',
  meta: meta('visitors'),
  config: noSettings,
  reasons: [],
  start: () => ({ actors: new Set<string>() }),
  observeDay(day, state) {
    for (const l of day.lookups) state.actors.add(l.actor);
    return [
      draft('subject-burst', {
        p: 1 / (1 + state.actors.size),
        eventIds: day.lookups.map((l) => `${l.event.eventId}`),
        reasons: day.lookups.map((l) => ({
          detector: 'visitors',
          code: l.explanation.verdict,
          observed: state.actors.size,
          expected: null,
          unit: 'officials',
          comparedWith: 'nothing',
          params: { because: l.explanation.because.join() },
        })),
      }),
    ];
  },
});
const CATALOGUE: Detector[] = [...DETECTORS, diary(), visitors] as Detector[];

const aLane = (options: Partial<LaneOptions> = {}): Lane =>
  createLane({ reference, detectors: CATALOGUE, ...options });
const inOneOrder = (signals: readonly RawSignal[]): RawSignal[] =>
  [...signals].sort((a, b) =>
    `${a.day} ${a.key} ${a.detector}` < `${b.day} ${b.key} ${b.detector}` ? -1 : 1,
  );
const allOf = (days: readonly ClosedDay[]): RawSignal[] =>
  inOneOrder(days.flatMap((d) => d.signals));
function run(lane: Lane, events: readonly AuditEvent[]): RawSignal[] {
  for (const event of events) lane.observe(event);
  lane.closeAll();
  return allOf(lane.takeClosed());
}
const EVENTS = Array.from({ length: 400 }, (_, n) => anEvent(n));
const WHOLE = run(aLane(), EVENTS);

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

  test('is judged again for keys with new events only', () => {
    const lane = aLane();
    lane.observe(anEvent(1));
    expect(lane.judgeOpen().map((j) => j.key)).toEqual(['a1', 's7']);
    expect(lane.judgeOpen()).toEqual([]);
    lane.observe(anEvent(2));
    expect(lane.judgeOpen().map((j) => j.key)).toEqual(['a2', 's3']);
  });
});

describe('a snapshot', () => {
  test('restored at any event equals the unbroken lane', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: EVENTS.length - 1 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom(null, 1, 4, 50),
        (cuts, isJudged, blockRows) => {
          const options = { blockRows, dropsDuplicates: true, graceMs: 12 * HOUR_MS };
          let lane = aLane(options);
          const days: ClosedDay[] = [];
          for (const [i, event] of EVENTS.entries()) {
            if (cuts.includes(i)) {
              days.push(...lane.takeClosed());
              const chunks = lane.save();
              lane = aLane(options);
              expect(lane.restore(chunks)).toEqual([]);
              // Delivered again after a restart: its id is known still, packed or not.
              const repeats = lane.duplicates();
              if (i > 0) lane.observe(EVENTS[i - 1] as AuditEvent);
              expect(lane.duplicates()).toBe(i > 0 ? repeats + 1 : 0);
            }
            lane.observe(event);
            if (isJudged) lane.judgeOpen();
          }
          lane.closeAll();
          days.push(...lane.takeClosed());
          expect(allOf(days)).toEqual(WHOLE);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('starts a detector of another version anew, says so, and keeps the rest', () => {
    const before = aLane();
    for (const event of EVENTS.slice(0, 200)) before.observe(event);
    const days = before.takeClosed();
    const after = aLane({ detectors: [...DETECTORS, diary(2), visitors] as Detector[] });
    expect(after.restore(before.save())).toEqual(['diary']);
    days.push(...after.takeClosed());
    for (const event of EVENTS.slice(200)) after.observe(event);
    after.closeAll();
    days.push(...after.takeClosed());
    const others = (signals: RawSignal[]) => signals.filter((s) => s.detector !== 'diary');
    expect(others(allOf(days))).toEqual(others(WHOLE));
    expect(allOf(days)).not.toEqual(WHOLE);
  });

  test('saves a full block once, and what is known of keys once a day', () => {
    const lane = aLane({ blockRows: 4, graceMs: 2 * DAY_MS });
    for (const event of EVENTS.slice(0, 200)) lane.observe(event);
    const before = new Set(lane.save());
    lane.observe(EVENTS[200] as AuditEvent);
    const fresh = lane.save().filter((chunk) => !before.has(chunk));
    // The head, and of each open day the events that are in no block yet.
    expect(fresh.length).toBeLessThanOrEqual(1 + 4);
    expect(before.size).toBeGreaterThan(10);
  });

  test('of the format before, with events by their keys, is taken up', () => {
    const before = aLane({ graceMs: 12 * HOUR_MS });
    for (const event of EVENTS.slice(0, 150)) before.observe(event);
    const days = before.takeClosed();
    const closedUpTo = before.closedUpTo();
    const open = new Map<number, AuditEvent[]>();
    for (const event of EVENTS.slice(0, 150)) {
      const day = localDay(event.occurredAt);
      if (day > closedUpTo) open.set(day, [...(open.get(day) ?? []), event]);
    }
    const keyed = [...open].map(([day, events]) => ({
      day,
      byActor: groupBy(events, (e) => e.actor?.token),
      bySubject: groupBy(events, (e) => e.subject),
      ids: null,
    }));
    const chunks = before
      .save()
      .map((bytes) => deserialize(inflateRawSync(bytes)))
      .filter(({ kind }) => kind !== 'recent' && kind !== 'block')
      .map((chunk) => ({ ...chunk, format: 1 }))
      .map((chunk) =>
        chunk.kind === 'head' ? { ...chunk, head: { ...chunk.head, open: keyed } } : chunk,
      )
      .map((chunk) => deflateRawSync(serialize(chunk)));
    const after = aLane({ graceMs: 12 * HOUR_MS });
    expect(after.restore(chunks)).toEqual([]);
    for (const event of EVENTS.slice(150)) after.observe(event);
    after.closeAll();
    expect(allOf([...days, ...after.takeClosed()])).toEqual(WHOLE);
  });

  test('is refused when it is not one', () => {
    expect(() => aLane().restore([])).toThrow('no snapshot');
  });
});
