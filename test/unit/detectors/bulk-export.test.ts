import { expect, test } from 'vitest';
import { bulkExport } from '../../../detectors/bulk-export.ts';
import {
  aLookup,
  aSearch,
  inWords,
  observeDays,
  STRONG,
  UNEXPLAINED,
} from '../../helpers/lookups.ts';

const aFile = (resultCount: number) =>
  aSearch({ action: 'export', at: 'Tue 11:00', resultCount, eventId: `file ${resultCount}` });
const aPrint = (subject: string, explanation = STRONG) =>
  aLookup({ action: 'print', subject, explanation });
const ofDay = (results: number, prints = [aPrint('s1')]) =>
  observeDays(bulkExport, prints, { others: [aFile(results)] });

test('bulk-export is a rule from the size of one request on, and a score below', () => {
  expect(ofDay(500).map((s) => s.kind)).toEqual(['rule', 'score']);
  expect(ofDay(99, []).map((s) => s.kind)).toEqual(['score']);
});
test('bulk-export is the more surprised the larger the file', () => {
  const ps = [100, 500, 2_000].map((n) => ofDay(n)[0]?.p ?? 1);
  expect(ps[1]).toBeCloseTo(1e-4, 6);
  expect(ps).toEqual([...ps].sort((a, b) => b - a));
  // A score never claims more than the sizes of files allow.
  for (const n of [100, 500, 2_000])
    expect(ofDay(n).at(-1)?.p).toBeGreaterThanOrEqual(0.05 / (n + 1));
});
test('work on one printed record says nothing of a file of others', () => {
  expect(ofDay(800)[0]).toMatchObject({ verdict: 'cannot-judge' });
  expect(ofDay(800, [aPrint('s1', UNEXPLAINED)])[0]).toMatchObject({ verdict: 'unexplained' });
  const named = Array.from({ length: 120 }, (_, i) => aPrint(`s${i}`));
  expect(observeDays(bulkExport, named)[0]).toMatchObject({ verdict: 'explained' });
});
test('bulk-export does not claim work for a file that names nobody', () => {
  expect(inWords(ofDay(800, []).slice(0, 1))).toEqual([
    'Deze medewerker exporteerde of printte gegevens van 800 personen in 1 keer (gewoonlijk: 1; eerder hoogstens 0); of hier werk achter zat, is niet te beoordelen (informatie over het werk ontbreekt).',
    'This official exported or printed data of 800 persons in 1 go (usually 1; at most 0 before); whether work was behind it cannot be judged (information about the work is missing).',
  ]);
});
