import { describe, expect, test } from 'vitest';
import { evaluate, formatReport } from '../../../simulation/evaluate.ts';
import { wilson } from '../../../simulation/evaluation/intervals.ts';

const rows = (values: unknown[]) => values.map((value, at) => ({ line: at + 1, value }));
const anIncident = (id: string, eventIds: string[], level = 'L1') => ({
  incidentId: id,
  typology: 'relative',
  level,
  eventIds,
  firstEventAt: '2026-01-05T10:00:00.000Z',
});
const anAlert = (alertId: string, eventIds: string[], score = 50, typology = 'relative') => ({
  alertId,
  typology,
  score,
  openedAt: '2026-01-05T12:00:00.000Z',
  eventIds,
});
const truth = rows([anIncident('i1', ['e1', 'e2']), anIncident('i2', ['e3'], 'L2')]);

describe('evaluate', () => {
  test('gives full marks when every incident is found and nothing else is', () => {
    const report = evaluate(truth, rows([anAlert('a1', ['e1']), anAlert('a2', ['e3'])]), {
      officials: 100,
      days: 10,
    });
    expect(report).toMatchObject({
      precision: 1,
      prAuc: 1,
      falsePer1000OfficialDays: 0,
      rightTypologyShare: 1,
      hoursToDetect: { median: 2, p90: 2 },
    });
    expect(report.recall.recall).toBe(1);
  });

  test('counts half when one of two is found beside one false alert', () => {
    const alerts = rows([anAlert('a1', ['x'], 90), anAlert('a2', ['e3'], 80, 'celebrity')]);
    const report = evaluate(truth, alerts, { officials: 100, days: 10 });
    expect(report).toMatchObject({
      precision: 0.5,
      falsePer1000OfficialDays: 1,
      rightTypologyShare: 0,
      prAuc: 0.25,
    });
    expect(report.recalls.map((r) => [r.level, r.recall])).toEqual([
      ['L1', 0],
      ['L2', 1],
      ['all', 0.5],
    ]);
  });

  test('takes a further alert on a found incident as neither true nor false', () => {
    const report = evaluate(truth, rows([anAlert('a1', ['e1']), anAlert('a2', ['e2'])]));
    expect(report).toMatchObject({ truePositives: 1, duplicates: 1, falseAlerts: 0, precision: 1 });
    expect(report.falsePer1000OfficialDays).toBeNull();
  });

  test('knows no precision without alerts', () => {
    expect(evaluate(truth, [])).toMatchObject({ precision: null, rightTypologyShare: null });
  });

  test('reports a bad row by line and goes on', () => {
    const alerts = [
      ...rows([anAlert('a1', ['e1']), { alertId: 'a2' }]),
      { line: 3, value: undefined },
    ];
    const report = evaluate(truth, alerts);
    expect(report.problems).toEqual([
      { file: 'alerts', line: 2, reason: 'field typology' },
      { file: 'alerts', line: 3, reason: 'not JSON' },
    ]);
    expect(formatReport(report)).toContain('alerts line 3: not JSON');
  });
});

test.each([
  [5, 10, 0.2366, 0.7634],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
])('wilson of %i in %i is %f to %f', (hits, trials, low, high) => {
  expect(wilson(hits, trials).low).toBeCloseTo(low, 4);
  expect(wilson(hits, trials).high).toBeCloseTo(high, 4);
});
