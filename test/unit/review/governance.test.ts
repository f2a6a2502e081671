import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../domain/time.ts';
import { type Consent, gateOf } from '../../../review/governance.ts';
import {
  type Hold,
  heldBy,
  isInForce,
  type Kept,
  periodDays,
  planErasure,
  RECORD_KINDS,
  RetentionPolicy,
} from '../../../review/retention.ts';
import { residentExtract, type StoredLookup } from '../../../review/rights.ts';

const consent: Consent = {
  detector: 'relative',
  version: 2,
  councilReference: 'OR-2026-04',
  decidedOn: '2026-04-01',
  dpiaReference: 'DPIA-7',
};

describe('the gate before a detector', () => {
  const inForce = { mode: 'production' as const, consents: [consent] };
  test.each([
    ['is open for what was agreed', { id: 'relative', version: 2 }, null],
    ['is open for an older version than was agreed', { id: 'relative', version: 1 }, null],
    ['is shut for a wider version', { id: 'relative', version: 3 }, 'version-not-agreed'],
    ['is shut without a decision', { id: 'self', version: 1 }, 'no-consent'],
  ] as const)('%s', (_, detector, refusal) => {
    expect(gateOf(detector, inForce)).toBe(refusal);
    expect(gateOf(detector, { ...inForce, mode: 'trial' })).toBeNull();
  });
});

describe('retention', () => {
  const policy = RetentionPolicy.parse({});
  const hold: Hold = {
    holdId: 'h1',
    caseId: 'c1',
    reason: 'zaak geopend',
    decidedBy: 'p1',
    from: 0,
    until: null,
    liftedAt: null,
    token: 'a1',
    window: { from: 100 * DAY_MS, to: 200 * DAY_MS },
  };
  const event = (since: number, token = 'a1'): Kept => ({
    kind: 'event',
    id: `e${since}`,
    since,
    tokens: [token, 's1'],
  });
  test('has a period for every kind, and keeps what is not finished', () => {
    for (const kind of RECORD_KINDS) expect(() => periodDays({ kind }, policy)).not.toThrow();
    expect(periodDays({ kind: 'case', state: 'open' }, policy)).toBeNull();
    expect(periodDays({ kind: 'alert', state: 'cleared' }, policy)).toBe(90);
    expect(periodDays({ kind: 'alert', state: 'confirmed' }, policy)).toBe(1_095);
  });
  test('is over at the very end of the period, not a moment before', () => {
    const now = 730 * DAY_MS;
    expect(planErasure([event(0, 'x')], policy, [], now).due).toHaveLength(1);
    expect(planErasure([event(1, 'x')], policy, [], now).due).toHaveLength(0);
  });
  test('a hold keeps the rows of its window and the records of its case, and nothing else', () => {
    const now = 2_000 * DAY_MS;
    expect(heldBy(event(150 * DAY_MS), [hold], now)).toBe(hold);
    expect(heldBy(event(200 * DAY_MS), [hold], now)).toBeNull();
    expect(heldBy(event(150 * DAY_MS, 'a2'), [hold], now)).toBeNull();
    const alert: Kept = {
      kind: 'alert',
      id: 'al',
      since: 0,
      state: 'cleared',
      tokens: [],
      caseId: 'c1',
    };
    expect(heldBy(alert, [hold], now)).toBe(hold);
    expect(isInForce({ ...hold, liftedAt: now }, now)).toBe(false);
    expect(isInForce({ ...hold, until: now }, now - 1)).toBe(true);
  });
  test('walked over 24 months day by day, nothing under hold ever goes and everything else does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ day: fc.nat(730), isHeld: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.nat(400),
        (rows, liftDay) => {
          const records = rows.map(
            ({ day, isHeld }, i): Kept => ({
              kind: 'event',
              id: `e${i}`,
              since: day * DAY_MS,
              tokens: [isHeld ? 'a1' : 'a2'],
            }),
          );
          const lifted = (1_100 + liftDay) * DAY_MS;
          const holds = [{ ...hold, window: { from: 0, to: 731 * DAY_MS }, liftedAt: lifted }];
          let left = records;
          for (let day = 0; day <= 1_500; day += 10) {
            const { due } = planErasure(left, policy, holds, day * DAY_MS);
            const gone = new Set(due.map((r) => r.id));
            if (day * DAY_MS < lifted) expect(due.every((r) => r.tokens[0] === 'a2')).toBe(true);
            left = left.filter((r) => !gone.has(r.id));
          }
          expect(left).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("a resident's extract", () => {
  const lookup = fc.record<StoredLookup>({
    eventId: fc.string(),
    occurredAt: fc.integer({ min: 0, max: 1_000 }).map((d) => d * DAY_MS),
    system: fc.constantFrom('brp', 'suwinet'),
    actor: fc.integer({ min: 1, max: 50 }).map((n) => `ACTOR-${n}-SECRET`),
    unit: fc.constantFrom('burgerzaken', 'klein-team'),
    purpose: fc.constantFrom('verhuizing', ''),
    action: fc.constantFrom('view', 'search'),
    fields: fc.array(fc.constantFrom('adres', 'naam')),
    confidential: fc.option(
      fc.record({
        from: fc.constant(0),
        liftedAt: fc.option(fc.integer({ min: 0, max: 2_000 }).map((d) => d * DAY_MS)),
      }),
    ),
  });
  const sizes = new Map([
    ['burgerzaken', 20],
    ['klein-team', 3],
  ]);
  test('never holds an official, a small team or an inquiry that is not lifted', () => {
    fc.assert(
      fc.property(
        fc.array(lookup, { maxLength: 60 }),
        fc.integer({ min: 0, max: 2_000 }),
        (all, day) => {
          const now = day * DAY_MS;
          const extract = residentExtract(all, sizes, { from: 0, to: 2_000 * DAY_MS }, now);
          const text = JSON.stringify(extract);
          expect(text).not.toMatch(/ACTOR|klein-team/);
          const allowed = all.filter(
            (l) =>
              l.confidential === null ||
              (l.confidential.liftedAt !== null && l.confidential.liftedAt <= now),
          );
          expect(extract.lookups).toBe(allowed.length);
          expect(extract.lines.reduce((n, line) => n + line.times, 0)).toBe(allowed.length);
        },
      ),
      { numRuns: 200 },
    );
  });
  test('counts what happened in the period asked for, newest day first', () => {
    const one = (day: number): StoredLookup => ({
      eventId: `e${day}`,
      occurredAt: day * DAY_MS,
      system: 'brp',
      actor: 'a',
      unit: 'burgerzaken',
      purpose: 'verhuizing',
      action: 'view',
      fields: ['adres'],
      confidential: null,
    });
    const extract = residentExtract(
      [one(1), one(2), one(2), one(5)],
      sizes,
      { from: DAY_MS, to: 5 * DAY_MS },
      9 * DAY_MS,
    );
    expect(extract.lines.map((l) => [l.date, l.times])).toEqual([
      ['1970-01-03', 2],
      ['1970-01-02', 1],
    ]);
  });
});
