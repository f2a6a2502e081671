import { describe, expect, test } from 'vitest';
import { judgeSources } from '../../../detectors/sources/judge-sources.ts';
import { OWN_SYSTEM } from '../../../domain/product.ts';
import type { SourceRun, StoredCount } from '../../../domain/source-facts.ts';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { newestOf, sourceFacts } from '../../../ingest/source-facts.ts';

// A Monday, 12:20 UTC; no public holiday and no change of the clock in the weeks before.
const NOW = Date.UTC(2026, 2, 16, 12, 20);
const WEEKS = 6;
type Hourly = {
  system?: string;
  until?: number;
  lag?: (hour: number) => number | null;
  /** How far the clock runs ahead, ms. */
  ahead?: number;
};
/** Twenty events in every hour of some weeks. */
function hourly({
  system = 'brp',
  until = NOW,
  lag = () => null,
  ahead = 0,
}: Hourly): StoredCount[] {
  const last = Math.floor(until / HOUR_MS);
  return Array.from({ length: WEEKS * 168 }, (_, i) => {
    const hour = last - WEEKS * 168 + 1 + i;
    const [firstAt, lastAt] = [
      hour * HOUR_MS + ahead,
      Math.min(until, (hour + 1) * HOUR_MS) + ahead,
    ];
    return {
      ...{ system, instance: '', hour: Math.floor(firstAt / HOUR_MS), events: 20 },
      ...{ deadLetters: 0, duplicates: 0, firstAt, lastAt, numbered: 0, lag: lag(hour), ahead },
      possibleAt: ahead > HOUR_MS ? 0 : lastAt,
    };
  });
}
const told = (counts: StoredCount[], now = NOW, runs: SourceRun[] = []) =>
  judgeSources(sourceFacts(counts, runs, now)).map((s) => [
    s.detector,
    s.system,
    s.reason.observed,
  ]);
const within = () => 2_000;

describe('silence', () => {
  test('shows although nothing comes from anybody, once some hours are missing', () => {
    const counts = hourly({ until: NOW - 20 * 60_000, lag: within });
    expect(told(counts, NOW)).toEqual([]);
    expect(told(counts, NOW + 5 * HOUR_MS)).toEqual([['source-silent', 'brp', 4]]);
    // The same silence, longer: one and the same alert.
    const [first] = judgeSources(sourceFacts(counts, [], NOW + 5 * HOUR_MS));
    const [later] = judgeSources(sourceFacts(counts, [], NOW + 9 * HOUR_MS));
    expect(later?.from).toBe(first?.from);
  });
  test('of our own reviewers is none of a log', () => {
    const quiet = hourly({ system: OWN_SYSTEM, lag: within });
    expect(told(quiet, NOW + 3 * DAY_MS)).toEqual([]);
    expect(told(hourly({ lag: within }), NOW + 3 * DAY_MS)).toHaveLength(1);
  });
  test('of old files that are read says nothing of today', () => {
    expect(told(hourly({ until: NOW - 90 * DAY_MS }))).toEqual([]);
  });
  test('shows in old files by what other sources delivered', () => {
    const until = NOW - 90 * DAY_MS;
    const counts = [...hourly({ until: until - 6 * HOUR_MS }), ...hourly({ system: 'wmo', until })];
    expect(told(counts)).toEqual([['source-silent', 'brp', 5]]);
  });
  test('is not what a clock that runs days ahead makes of the others', () => {
    const wrong = hourly({ system: 'wmo', ahead: 5 * DAY_MS });
    const counts = [...hourly({}), ...wrong];
    expect(newestOf(counts, NOW)).toBe(NOW);
    expect(told(counts).filter(([, system]) => system === 'brp')).toEqual([]);
  });
  test('is not what a log that comes once a day has by nature, also beside one that comes at once', () => {
    // At six in the morning comes the day before.
    const lag = (hour: number): number =>
      (Math.floor(hour / 24) + 1) * DAY_MS + 6 * HOUR_MS - hour * HOUR_MS;
    const daily = hourly({ system: 'wmo', until: Math.floor(NOW / DAY_MS) * DAY_MS - 1, lag });
    const live = hourly({ until: NOW, lag: within });
    expect(told([...daily, ...live])).toEqual([]);
    // Two days later it is missed.
    const later = NOW + 2 * DAY_MS;
    expect(told([...daily, ...hourly({ until: later, lag: within })], later)).toMatchObject([
      ['source-silent', 'wmo', expect.any(Number)],
    ]);
  });
  test('history of two days that is read at once is no wrong clock and not late', () => {
    const readAt = NOW;
    const lag = (hour: number): number | null =>
      readAt - hour * HOUR_MS > 2 * DAY_MS ? null : readAt - hour * HOUR_MS;
    expect(told(hourly({ lag }))).toEqual([]);
  });
});

describe('holes', () => {
  const run = (first: number, last: number, at: number): SourceRun => ({
    ...{ system: 'brp', instance: '', first, last },
    ...{ firstAt: at, firstId: `e${first}`, lastAt: at + 1_000, lastId: `e${last}` },
  });
  const numbered = hourly({}).map((c) => ({ ...c, numbered: 20 }));
  test('are what the runs leave open', () => {
    const runs = [run(1, 5_000, NOW - DAY_MS), run(5_101, 5_200, NOW - HOUR_MS)];
    expect(told(numbered, NOW, runs)).toEqual([['log-gap', 'brp', 100]]);
    const filled = [...runs, run(5_001, 5_100, NOW - HOUR_MS + 10)];
    expect(told(numbered, NOW, filled)).toEqual([]);
    const half = [...runs, run(5_001, 5_060, NOW - HOUR_MS + 10)];
    expect(told(numbered, NOW, half)).toEqual([['log-gap', 'brp', 40]]);
  });
  test('in an hour that nobody counted are holes all the same', () => {
    const at = NOW + 3 * HOUR_MS;
    expect(told(numbered, NOW, [run(1, 9, NOW - DAY_MS), run(150, 160, at)])).toEqual([
      ['log-gap', 'brp', 140],
    ]);
  });
});
