import { expect, test } from 'vitest';
import { barChart, lineChart } from '../../../simulation/evaluation/charts.ts';
import { aucOf } from '../../../simulation/evaluation/traced-subjects.ts';

test('a bar is as long as its value, and what is unknown is a dash', () => {
  const svg = barChart(
    'Recall',
    'All of it',
    ['now'],
    [
      { label: 'L1', values: [{ value: 0.5, low: 0.4, high: 0.6 }] },
      { label: 'L2', values: [{ value: null }] },
    ],
  );
  expect(svg).toContain('width="255.0"');
  expect(svg).toContain('>–<');
  expect(svg).toContain('<desc>All of it</desc>');
});

test('a chart escapes what it is told', () => {
  const svg = lineChart('a < b', '&', 'x', [
    {
      name: '<b>',
      points: [
        [0.1, 0],
        [1, 1],
      ],
    },
  ]);
  expect(svg).toContain('a &lt; b');
  expect(svg).not.toContain('<b>');
});

test.each([
  ['above all others', [3, 4], [1, 2], 1],
  ['below all others', [1], [2, 3], 0],
  ['the same as all others', [2, 2], [2, 2], 0.5],
  ['mixed', [1, 3], [2, 4], 0.25],
])('the area under the curve of scores %s', (_, positives, negatives, area) => {
  expect(aucOf(positives, negatives)).toBeCloseTo(area, 12);
});
