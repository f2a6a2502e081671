import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvaluationReport, LEVELS } from '../evaluate.ts';
import { BASELINES } from './baselines.ts';
import { BUDGETS, PREVALENCES } from './budgets.ts';
import { barChart, lineChart } from './charts.ts';
import { type Pooled, pool, reportsOf } from './pooling.ts';
import type { Recall } from './recall.ts';
import type { TownRun } from './towns.ts';

/** Writes the four charts below `dir`. */
export function writeFigures(dir: string, runs: readonly TownRun[]): void {
  const even = reportsOf(runs, 'even');
  const [low, high] = [pool(even, 0.25), pool(even, 1)];
  const save = (name: string, svg: string) =>
    writeFileSync(join(dir, 'images', `evaluation-${name}.svg`), svg);
  save(
    'levels',
    barChart(
      'Recall per level of concealment',
      'Mean over typologies, at 0.25 and 1 alert per 1,000 officials per day.',
      ['budget 0.25', 'budget 1'],
      LEVELS.map((level) => ({
        label: level,
        values: [low, high].map((p) => ({ value: p.perLevel[level] ?? null })),
      })),
    ),
  );
  const all = (p: Pooled, typology: string) =>
    p.recalls.find((r) => r.typology === typology && r.level === 'all');
  const names = [...new Set(high.recalls.map((r) => r.typology))];
  const value = (r: Recall | undefined) =>
    r === undefined ? { value: null } : { value: r.recall, ...r.interval };
  save(
    'typologies',
    barChart(
      'Recall per typology, all levels',
      'With 95 % Wilson intervals, at 0.25 and 1 alert per 1,000 officials per day.',
      ['budget 0.25', 'budget 1'],
      names.map((name) => ({
        label: name,
        values: [value(all(low, name)), value(all(high, name))],
      })),
    ),
  );
  save(
    'precision',
    lineChart(
      'Share of alerts that are right',
      'Precision by budget at three prevalences; dashed: what no list can exceed.',
      'alerts per 1,000 officials per day',
      [
        ...PREVALENCES.map((prevalence) => ({
          name: `${prevalence} a month`,
          points: BUDGETS.map((b) => [b, pool(even, b, prevalence).precision ?? 0] as const),
        })),
        {
          name: 'ceiling at 1 a month',
          isDashed: true,
          points: BUDGETS.map((b) => [b, pool(even, b, 1).precisionCeiling ?? 0] as const),
        },
      ],
    ),
  );
  const compared = runs.filter((run) => run.baselines !== null);
  const curve = (name: string, reports: readonly EvaluationReport[]) => ({
    name,
    points: BUDGETS.map((b) => [b, pool(reports, b).macro ?? 0] as const),
  });
  save(
    'baselines',
    lineChart(
      'Recall against simple methods',
      'Mean recall over typologies by budget, same towns.',
      'alerts per 1,000 officials per day',
      [
        curve(
          'Inzagewacht',
          compared.map((run) => run.report),
        ),
        ...BASELINES.map((name) =>
          curve(
            name,
            compared.flatMap((r) => r.baselines?.[name] ?? []),
          ),
        ),
      ],
    ),
  );
}
