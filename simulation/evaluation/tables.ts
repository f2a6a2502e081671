// The tables of docs/evaluation.md.
import { type EvaluationReport, LEVELS } from '../evaluate.ts';
import { BASELINES } from './baselines.ts';
import { BUDGETS, PREVALENCES } from './budgets.ts';
import type { FairnessGroup } from './fairness.ts';
import { cutsOf, type Pooled, pool } from './pooling.ts';
import type { Recall } from './recall.ts';
import type { TownRun } from './towns.ts';

export const num = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
export const range = ({ low, high }: { low: number; high: number }): string =>
  `${num(low)}–${num(high)}`;
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export function levels(pooled: readonly Pooled[]): string {
  return table(
    ['budget', ...LEVELS, 'all', 'false per 1,000 a day', 'right typology', 'right first reason'],
    pooled.map((p) => [
      String(p.budget),
      ...LEVELS.map((level) => num(p.perLevel[level])),
      num(p.macro),
      num(p.falsePer1000OfficialDays),
      num(p.rightTypology),
      num(p.rightReason),
    ]),
  );
}

export const cell = (r: Recall | undefined): string =>
  r === undefined ? '' : `${num(r.recall)} (${r.found}/${r.incidents})`;

export function typologies(recalls: readonly Recall[]): string {
  const names = [...new Set(recalls.map((r) => r.typology))];
  const of = (typology: string, level: string) =>
    recalls.find((r) => r.typology === typology && r.level === level);
  return table(
    ['typology', ...LEVELS, 'all', '95 %'],
    names.map((typology) => [
      typology,
      ...LEVELS.map((level) => cell(of(typology, level))),
      cell(of(typology, 'all')),
      range(of(typology, 'all')?.interval ?? { low: 0, high: 1 }),
    ]),
  );
}

export function precision(reports: readonly EvaluationReport[]): string {
  const rows = PREVALENCES.flatMap((prevalence) =>
    BUDGETS.map((budget) => {
      const p = pool(reports, budget, prevalence);
      return [String(prevalence), String(budget), num(p.precision, 3), num(p.precisionCeiling, 3)];
    }),
  );
  return table(['incidents per 1,000 a month', 'budget', 'precision', 'at most'], rows);
}

export function quiet(runs: readonly TownRun[]): string {
  const none = runs.filter((run) => run.misuse === 'none');
  return table(
    [
      'officials',
      'seed',
      'events',
      'with a row',
      'explained',
      ...BUDGETS.map((b) => `budget ${b}`),
    ],
    none.map(({ officials, seed, events, coveredShare, explainedShare, report }) => [
      String(officials),
      String(seed),
      events.toLocaleString('en'),
      num(coveredShare, 3),
      num(explainedShare, 3),
      ...BUDGETS.map((budget) => {
        const [cut] = cutsOf([report], budget, null);
        return num(cut?.realisedOverNominal);
      }),
    ]),
  );
}

export function fairness(groups: readonly FairnessGroup[]): string {
  return table(
    [
      ...['of', 'group', 'false alerts', 'per 1,000', 'ratio to the others', '95 %'],
      ...['without a row, a day', 'ratio per such person'],
    ],
    groups.map((g) => [
      g.dimension,
      g.group,
      String(g.falseAlerts),
      num(g.rate, 3),
      num(g.ratio),
      g.interval === null ? '–' : range(g.interval),
      g.withoutRow === null ? '' : num(g.withoutRow / g.exposure, 1),
      g.withoutRow === null ? '' : num(g.ratioWithoutRow),
    ]),
  );
}

export function comparisons(runs: readonly TownRun[]): string {
  const compared = runs.filter((run) => run.baselines !== null);
  if (compared.length === 0) return '';
  const row = (name: string, reports: readonly EvaluationReport[]) => [
    name,
    ...([0.25, 1] as const).flatMap((budget) => {
      const p = pool(reports, budget);
      return [num(p.macro), ...LEVELS.slice(0, 4).map((level) => num(p.perLevel[level]))];
    }),
  ];
  const names = Object.keys(compared[0]?.ablations ?? {});
  const of = (read: (run: TownRun) => EvaluationReport | undefined) =>
    compared.flatMap((run) => read(run) ?? []);
  return table(
    ['method', ...[0.25, 1].flatMap((b) => [`all at ${b}`, 'L1', 'L2', 'L3', 'L4'])],
    [
      row(
        'Inzagewacht',
        of((run) => run.report),
      ),
      ...names.map((name) =>
        row(
          name,
          of((run) => run.ablations[name]),
        ),
      ),
      ...BASELINES.map((name) =>
        row(
          name,
          of((run) => run.baselines?.[name]),
        ),
      ),
    ],
  );
}
