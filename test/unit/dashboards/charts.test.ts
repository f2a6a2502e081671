import { describe, expect, test } from 'vitest';
import { filterCount, filtersFrom } from '../../../dashboards/web/alerts/filters.ts';
import { levelOf, scaleOf } from '../../../dashboards/web/charts/scale.ts';
import { formatIn } from '../../../dashboards/web/shell/format.ts';

describe('the scale of a picture', () => {
  test('maps its ends to the ends', () => {
    const x = scaleOf(10, 20, 100, 200);
    expect([x(10), x(15), x(20)]).toEqual([100, 150, 200]);
  });

  test('puts a single value in the middle', () => {
    expect(scaleOf(5, 5, 0, 10)(5)).toBe(5);
  });

  test('keeps nothing apart from little', () => {
    expect([levelOf(0, 100), levelOf(1, 100), levelOf(100, 100)]).toEqual([0, 1, 4]);
    expect(levelOf(0, 0)).toBe(0);
  });
});

describe('filters in the address', () => {
  test('are read when they are known', () => {
    const filters = filtersFrom({ severity: 'high', assignee: 'me', sort: '-openedAt' });
    expect(filters).toMatchObject({ severity: 'high', assignee: 'me', sort: '-openedAt' });
    expect(filterCount(filters)).toBe(2);
  });

  test('are left out when they are not', () => {
    expect(filterCount(filtersFrom({ severity: 'huge', typology: 7, assignee: 'a.1.x' }))).toBe(0);
  });
});

describe('times on the page', () => {
  const nl = formatIn('nl');

  test('are Dutch time, in summer and in winter', () => {
    expect(nl.instant('2026-07-01T10:00:00Z')).toContain('12:00');
    expect(nl.instant('2026-01-01T10:00:00Z')).toContain('11:00');
  });

  test('are a dash when there is none', () => {
    expect(nl.instant('')).toBe('–');
  });

  test('are told by how long ago', () => {
    const now = Date.UTC(2026, 2, 10, 12);
    expect(nl.ago('2026-03-10T11:00:00Z', now)).toBe('1 uur geleden');
    expect(formatIn('en').ago('2026-03-07T12:00:00Z', now)).toBe('3 days ago');
  });

  test('have weeks that begin on Monday', () => {
    expect(nl.weekday(0)).toBe('maandag');
    expect(nl.weekday(6)).toBe('zondag');
  });
});
