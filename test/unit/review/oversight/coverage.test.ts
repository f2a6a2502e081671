import { describe, expect, test } from 'vitest';
import { DATA_NEEDS, missingFor } from '../../../../detectors/kit/data-needs.ts';
import { DETECTORS } from '../../../../detectors/registry.ts';
import { localMonth, monthWindow } from '../../../../domain/time.ts';
import {
  type CountedEvents,
  coverageFaults,
  coverageReport,
  type Run,
} from '../../../../review/oversight/coverage.ts';

const catalogue = {
  detectors: ['relative', 'unusual-volume', 'denied-probing'],
  kinds: (detector: string) => DATA_NEEDS[detector]?.kinds ?? [],
  missingFor,
};
const aRun = (fields: Partial<Run> = {}): Run => ({
  ...{ runId: 'r1', startedAt: 1_000, endedAt: 2_000, config: 'c', reference: 'v' },
  detectors: { relative: 1, 'unusual-volume': 2, 'denied-probing': 1 },
  ...{ refused: [], missingData: [], ...fields },
});
const aCount = (fields: Partial<CountedEvents> = {}): CountedEvents => ({
  ...{ system: 'brp', month: '2026-03', run: 0, kind: 'lookup', events: 10, ...fields },
});
const report = (runs: Run[], counts: CountedEvents[]) =>
  coverageReport({
    ...{ authority: 'inzagewacht/a', madeAt: 0, from: 0, to: 1, checkpoint: null },
    ...{ deadLetters: [], runs, counts, catalogue, monthOf: localMonth },
    silences: [],
  });
const of = (r: ReturnType<typeof report>, detector: string) =>
  r.rows[0]?.detectors.filter((d) => d.detector === detector);

test('every detector says which data and which kinds of events it needs', () => {
  expect(Object.keys(DATA_NEEDS).sort()).toEqual(DETECTORS.map((d) => d.meta.id).sort());
});

describe('an event is judged or has a reason', () => {
  test('judged, by the version that was in force', () => {
    const [row] = report([aRun()], [aCount()]).rows;
    expect(row).toMatchObject({ events: 10, judged: 10, notJudged: {} });
    expect(row?.detectors).toContainEqual({
      ...{ detector: 'unusual-volume', version: 2, judged: 10, notJudged: {}, missing: [] },
    });
  });

  test('two versions in one month stand side by side', () => {
    const newer = aRun({ runId: 'r2', detectors: { ...aRun().detectors, relative: 2 } });
    const made = report([newer, aRun()], [aCount(), aCount({ run: 1, events: 3 })]);
    expect(of(made, 'relative')).toMatchObject([
      { version: 2, judged: 10 },
      { version: 1, judged: 3 },
    ]);
  });

  test.each([
    [{ kind: 'actor-unknown' }, {}, 'actor-unknown'],
    [{ kind: 'service-account' }, {}, 'service-account'],
    [{ kind: 'late' }, {}, 'late'],
    [{ run: -1 }, {}, 'not-read-yet'],
  ] as const)('%o: by no detector at all', (count, run, reason) => {
    const made = report([aRun(run)], [aCount(count)]);
    expect(made.rows[0]).toMatchObject({ judged: 0, notJudged: { [reason]: 10 } });
    for (const detector of catalogue.detectors)
      expect(of(made, detector)).toMatchObject([{ judged: 0, notJudged: { [reason]: 10 } }]);
  });

  test('missing reference data keeps one detector from judging and no other', () => {
    const made = report([aRun({ missingData: ['relations', 'roster'] })], [aCount()]);
    expect(of(made, 'relative')).toMatchObject([
      { judged: 0, notJudged: { 'no-reference-data': 10 }, missing: ['relations'] },
    ]);
    expect(made.rows[0]).toMatchObject({ judged: 10, notJudged: {} });
  });

  test('a detector without consent judged nothing', () => {
    const run = aRun({
      detectors: { 'unusual-volume': 2 },
      refused: [
        { detector: 'relative', why: 'no-consent' },
        { detector: 'denied-probing', why: 'version-not-agreed' },
      ],
    });
    const made = report([run], [aCount()]);
    expect(of(made, 'relative')).toMatchObject([
      { version: null, notJudged: { 'no-consent': 10 } },
    ]);
    expect(of(made, 'denied-probing')).toMatchObject([{ notJudged: { 'version-not-agreed': 10 } }]);
  });

  test('a refused request and a nameless search are seen by those who look at such events', () => {
    const counts = [aCount({ kind: 'refused', events: 2 }), aCount({ kind: 'unnamed', events: 3 })];
    const made = report([aRun()], counts);
    expect(of(made, 'denied-probing')).toMatchObject([{ judged: 5, notJudged: {} }]);
    expect(of(made, 'relative')).toMatchObject([
      { judged: 0, notJudged: { 'not-its-kind': 2, 'person-unknown': 3 } },
    ]);
  });

  test('the numbers add up, and a number that was changed shows', () => {
    const made = report(
      [aRun({ missingData: ['relations'] }), aRun({ runId: 'r0', detectors: { relative: 1 } })],
      (
        ['lookup', 'late', 'unnamed', 'refused', 'actor-unknown', 'service-account'] as const
      ).flatMap((kind, i) => [-1, 0, 1].map((run) => aCount({ kind, run, events: 7 + i }))),
    );
    expect(coverageFaults(made)).toEqual([]);
    const [row] = made.rows;
    if (row === undefined) throw new Error('no row');
    expect(coverageFaults({ ...made, rows: [{ ...row, judged: row.judged + 1 }] })).toEqual([
      'brp 2026-03',
    ]);
  });
});

test('a month without any event has a row when its source was silent', () => {
  const { from } = monthWindow('2026-05');
  const made = coverageReport({
    ...{ authority: 'a', madeAt: 0, from: 0, to: 1, checkpoint: null, deadLetters: [] },
    ...{ runs: [], counts: [], catalogue, monthOf: localMonth },
    silences: [{ system: 'brp', instance: '', from, to: from + 3_600_000 }],
  });
  expect(made.rows).toMatchObject([{ system: 'brp', month: '2026-05', events: 0 }]);
  expect(made.rows[0]?.silent).toHaveLength(1);
});

test('months begin and end on the Amsterdam clock, across summer time', () => {
  const march = monthWindow('2026-03');
  expect(new Date(march.from).toISOString()).toBe('2026-02-28T23:00:00.000Z');
  expect(new Date(march.to).toISOString()).toBe('2026-03-31T22:00:00.000Z');
  expect(localMonth(march.to - 1)).toBe('2026-03');
  expect(localMonth(march.to)).toBe('2026-04');
  expect(monthWindow('2026-12').to).toBe(monthWindow('2027-01').from);
});
