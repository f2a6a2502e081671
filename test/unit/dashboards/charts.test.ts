import { describe, expect, test } from 'vitest';
import { filterCount, filtersFrom } from '../../../dashboards/web/alerts/filters.ts';
import { runOf } from '../../../dashboards/web/charts/run.ts';
import { levelOf, scaleOf } from '../../../dashboards/web/charts/scale.ts';
import { numbersIn } from '../../../dashboards/web/search/person-numbers.ts';
import { formatIn } from '../../../dashboards/web/shell/format.ts';
import { fromField, toField } from '../../../dashboards/web/shell/local-time.ts';

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

describe('a run from person to person', () => {
  const lookup = (at: string, person: string | null) => ({
    ...{ occurredAt: `2026-03-03T09:${at}Z`, queryKey: null, hasCaseRef: false },
    subject: person === null ? null : { token: person },
  });
  const steps = runOf([
    lookup('00:31', 's1'),
    lookup('00:00', 's2'),
    lookup('01:02', 's2'),
    lookup('01:32', null),
  ]);

  test('goes by time and numbers persons as they first come', () => {
    expect(steps.map((s) => [s.token, s.person, s.isNew])).toEqual([
      ['s2', 1, true],
      ['s1', 2, true],
      ['s2', 1, false],
      [null, 1, false],
    ]);
  });

  test('counts a pause of thirty seconds as short, of one more not', () => {
    expect(steps.map((s) => [s.pause, s.isShort])).toEqual([
      [null, false],
      [31, false],
      [31, false],
      [30, true],
    ]);
  });
});

describe('numbers of persons in pasted text', () => {
  test.each([
    ['one a line', '999990019\n999990020\n', ['999990019', '999990020']],
    ['a heading and other columns', 'bsn;naam\r\n999990019;x\r\n', ['999990019']],
    ['one twice, quoted', '"p-7"\np-7', ['p-7']],
    ['nothing', '\n \n', []],
  ])('%s', (_, text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers);
  });
});

describe('moments in a field', () => {
  test('are Dutch time both ways, in summer and in winter', () => {
    expect(fromField('2026-07-01T12:00')).toBe('2026-07-01T10:00:00.000Z');
    expect(fromField('2026-01-01T11:00')).toBe('2026-01-01T10:00:00.000Z');
    expect(toField(Date.UTC(2026, 6, 1, 10))).toBe('2026-07-01T12:00');
  });

  test('that do not exist are no moments', () => {
    expect(fromField('')).toBeNull();
    expect(fromField('2026-03-29T02:30')).toBeNull();
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
