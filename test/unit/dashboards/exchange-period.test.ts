import { expect, test } from 'vitest';
import { periodChoices, periodOf } from '../../../dashboards/web/exchange/exchange-period.ts';

test('a year runs from local midnight to local midnight', () => {
  expect(periodOf('2025', Date.UTC(2026, 5, 1))).toEqual({
    ...{ from: '2024-12-31T23:00:00.000Z', to: '2025-12-31T23:00:00.000Z' },
  });
});

test('the last twelve months end with yesterday, whichever side of summer time that is', () => {
  // Half an hour after local midnight: in UTC it is still the day before.
  expect(periodOf('last', Date.UTC(2026, 6, 9, 22, 30))).toEqual({
    ...{ from: '2025-07-09T22:00:00.000Z', to: '2026-07-09T22:00:00.000Z' },
  });
  expect(periodOf('last', Date.UTC(2026, 3, 2, 12))).toEqual({
    ...{ from: '2025-04-01T22:00:00.000Z', to: '2026-04-01T22:00:00.000Z' },
  });
});

test('years that have not passed are not offered; the new one begins at local midnight', () => {
  expect(periodChoices(Date.UTC(2025, 11, 31, 22, 59))).toEqual(['last', '2024', '2023', '2022']);
  expect(periodChoices(Date.UTC(2025, 11, 31, 23, 0))[1]).toBe('2025');
});
