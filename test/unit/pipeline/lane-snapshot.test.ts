import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detector } from '../../../detectors/detector.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import type { AuditEvent } from '../../../domain/event.ts';
import type { RawSignal } from '../../../domain/signal.ts';
import { bytesOf } from '../../../domain/state-chunk.ts';
import { DAY_MS, HOUR_MS, localDay } from '../../../domain/time.ts';
import { groupBy } from '../../../pipeline/group-by.ts';
import type { ClosedDay } from '../../../pipeline/lane.ts';
import { aLane, allOf, anEvent, diary, EVENTS, visitors, WHOLE } from '../../helpers/lanes.ts';
import { token } from '../../helpers/lookups.ts';

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
              const chunks = bytesOf(lane.save());
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
    expect(after.restore(bytesOf(before.save()))).toEqual(['diary']);
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

  test.each([
    ['without an official', { actor: null }],
    ['of a system', { actor: { token: token('a1'), kind: 'system', unit: 'desk' } as const }],
  ])('knows the id of an event %s', (_, part) => {
    const options = { dropsDuplicates: true, blockRows: 2, graceMs: DAY_MS };
    const event = anEvent(0, { eventId: 'once', ...part });
    const before = aLane(options);
    for (const one of [...EVENTS.slice(1, 6), event]) before.observe(one);
    const middle = aLane(options);
    middle.restore(bytesOf(before.save()));
    const after = aLane(options);
    after.restore(bytesOf(middle.save()));
    after.observe(event);
    expect(after.duplicates()).toBe(1);
    expect(after.coverage()).toEqual(before.coverage());
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
      ids: new Set(events.map((e) => `${e.system}\0${e.eventId}`)),
    }));
    const chunks = bytesOf(before.save())
      .map((bytes) => deserialize(inflateRawSync(bytes)))
      .filter(({ kind }) => kind !== 'recent' && kind !== 'block')
      .map((chunk) => ({ ...chunk, format: 1 }))
      .map((chunk) =>
        chunk.kind === 'head' ? { ...chunk, head: { ...chunk.head, open: keyed } } : chunk,
      )
      .map((chunk) => deflateRawSync(serialize(chunk)));
    const after = aLane({ graceMs: 12 * HOUR_MS, dropsDuplicates: true });
    expect(after.restore(chunks)).toEqual([]);
    after.observe(EVENTS[149] as AuditEvent);
    expect(after.duplicates()).toBe(1);
    for (const event of EVENTS.slice(150)) after.observe(event);
    after.closeAll();
    expect(allOf([...days, ...after.takeClosed()])).toEqual(WHOLE);
  });

  test('is refused when it is not one', () => {
    expect(() => aLane().restore([])).toThrow('no snapshot');
  });
});
