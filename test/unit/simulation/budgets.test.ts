import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../simulation/evaluate.ts';

const rows = (values: unknown[]) => values.map((value, at) => ({ line: at + 1, value }));
const anIncident = (incidentId: string, over: object = {}) => ({
  ...{ incidentId, typology: 'relative', level: 'L1', eventIds: [`${incidentId}-1`] },
  ...{ firstEventAt: '2026-01-05T10:00:00.000Z', note: 'parent' },
  ...over,
});
const anAlert = (alertId: string, score: number, eventId: string, detector = 'relative') => ({
  ...{ alertId, score, typology: detector, openedAt: '2026-01-05T12:00:00.000Z' },
  ...{ eventIds: [eventId], reasons: [{ detector }] },
});
/** Ten finds above ten false alerts, among 1,000 officials on 21 days: a month. */
const truth = rows(Array.from({ length: 10 }, (_, i) => anIncident(`i${i}`)));
const alerts = rows([
  ...Array.from({ length: 10 }, (_, i) => anAlert(`t${i}`, 90 - i, `i${i}-1`)),
  ...Array.from({ length: 10 }, (_, i) => anAlert(`f${i}`, 50 - i, `x${i}`)),
]);
const size = { officials: 1_000, days: 21 };
const cut = (budget: number, prevalence: number | null) =>
  evaluate(truth, alerts, size).budgets.find(
    (one) => one.budget === budget && one.prevalence === prevalence,
  );

describe('a budget', () => {
  test('cuts the list as delivered after officials × days × budget / 1,000 alerts', () => {
    // 5.25 alerts are allowed: the first five.
    expect(cut(0.25, null)).toMatchObject({ allowed: 5.25, alerts: 5, falseAlerts: 0 });
    expect(cut(0.5, null)?.recall.recall).toBe(1);
  });

  test('is used by finds only as often as incidents happen', () => {
    // 1 a month among 10 here: a find costs a tenth of an alert, so four false ones fit besides.
    expect(cut(0.25, 1)).toMatchObject({ alerts: 14, truePositives: 10, falseAlerts: 4 });
    expect(cut(0.25, 1)?.precision).toBeCloseTo(1 / 5, 10);
  });

  test('says what no list of this length can exceed', () => {
    expect(cut(1, 1)?.precisionCeiling).toBeCloseTo(1 / 21, 10);
    expect(cut(0.1, 4)?.precisionCeiling).toBe(1);
  });

  test('counts the false alerts by what they were taken for', () => {
    expect(cut(1, null)).toMatchObject({ falseByTypology: { relative: 10 }, falseAlerts: 10 });
  });
});

describe('recall', () => {
  const report = evaluate(
    rows([
      anIncident('a'),
      anIncident('b', { note: 'grandparent' }),
      anIncident('c', { level: 'L4', note: 'sibling; live case in the own team' }),
      anIncident('d', { typology: 'celebrity', level: 'L2', note: 'politician' }),
    ]),
    rows([anAlert('1', 90, 'a-1'), anAlert('2', 80, 'd-1', 'no-case')]),
  );
  const of = (typology: string, level = 'all') =>
    report.recalls.find((r) => r.typology === typology && r.level === level);

  test('knows close relatives apart, without those whose case was faked', () => {
    expect(of('relative')).toMatchObject({ found: 1, incidents: 3 });
    expect(of('relative (close)')).toMatchObject({ found: 1, incidents: 1 });
  });

  test('weighs every typology the same in its mean', () => {
    expect(report.macroRecall.all).toBeCloseTo((1 / 3 + 1) / 2, 10);
    expect(report.macroRecall.perLevel).toMatchObject({ L1: 0.5, L2: 1, L4: 0, L5: null });
  });

  test('asks whether the strongest reason names what happened', () => {
    expect(report).toMatchObject({ rightTypologyShare: 0.5, rightReasonShare: 0.5 });
  });

  test('tells the place of every incident in the list', () => {
    expect(report.places.map((p) => [p.incidentId, p.falseBefore, p.alert?.reason])).toEqual([
      ['a', 0, 'relative'],
      ['b', null, undefined],
      ['c', null, undefined],
      ['d', 0, 'no-case'],
    ]);
  });
});

test('time to detect counts the illicit events up to the alert', () => {
  const times = [
    '2026-01-05T10:00:00.000Z',
    '2026-01-05T11:59:00.000Z',
    '2026-01-06T09:00:00.000Z',
  ];
  const incident = anIncident('a', { eventIds: ['a-1', 'a-2', 'a-3'], eventTimes: times });
  const report = evaluate(rows([incident]), rows([anAlert('1', 90, 'a-2')]));
  expect(report).toMatchObject({
    hoursToDetect: { median: 2 },
    lookupsToDetect: { median: 2, p90: 2 },
  });
});

test('at equal scores the order of the file decides', () => {
  const list = rows([anAlert('z', 100, 'i0-1'), anAlert('a', 100, 'x')]);
  expect(evaluate(truth, list).places[0]?.falseBefore).toBe(0);
});
