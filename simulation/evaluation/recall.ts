import { type Interval, wilson } from './intervals.ts';
import type { TruthLine } from './rows.ts';

export type Recall = {
  typology: string;
  level: string;
  incidents: number;
  found: number;
  recall: number;
  interval: Interval;
};

export function recallOf(
  typology: string,
  level: string,
  incidents: number,
  found: number,
): Recall {
  const recall = incidents === 0 ? 0 : found / incidents;
  return { typology, level, incidents, found, recall, interval: wilson(found, incidents) };
}

/** Kin of the first degree and siblings, as the scripts name them. */
const CLOSE = /^(parent|child|partner|sibling)\b/;

/** Recall per typology and level, per typology, and for close relatives apart. */
export function recallsOf(
  truth: readonly TruthLine[],
  isFound: (incident: TruthLine) => boolean,
): Recall[] {
  const groups = new Map<string, { incidents: number; found: number }>();
  for (const incident of truth) {
    const isClose = incident.typology === 'relative' && CLOSE.test(incident.note ?? '');
    const isFaked = incident.level === 'L4';
    const names =
      isClose && !isFaked ? [incident.typology, 'relative (close)'] : [incident.typology];
    for (const typology of names)
      for (const level of [incident.level, 'all']) {
        const key = `${typology}\t${level}`;
        const group = groups.get(key) ?? { incidents: 0, found: 0 };
        group.incidents++;
        if (isFound(incident)) group.found++;
        groups.set(key, group);
      }
  }
  return [...groups.keys()].toSorted().map((key) => {
    const [typology = '', level = ''] = key.split('\t');
    const { incidents = 0, found = 0 } = groups.get(key) ?? {};
    return recallOf(typology, level, incidents, found);
  });
}

/** Adds the same cells of several runs. */
export function poolRecalls(runs: readonly (readonly Recall[])[]): Recall[] {
  const sums = new Map<string, Recall>();
  for (const recall of runs.flat()) {
    const key = `${recall.typology}\t${recall.level}`;
    const sum = sums.get(key);
    const incidents = (sum?.incidents ?? 0) + recall.incidents;
    const found = (sum?.found ?? 0) + recall.found;
    sums.set(key, recallOf(recall.typology, recall.level, incidents, found));
  }
  return [...sums.keys()].toSorted().flatMap((key) => sums.get(key) ?? []);
}

const isTypology = ({ typology }: Recall): boolean => !typology.includes('(');

/** Mean over the typologies of one level (`all` for all), each weighing the same; null without any. */
export function macroRecall(recalls: readonly Recall[], level: string): number | null {
  const cells = recalls.filter((r) => isTypology(r) && r.level === level && r.incidents > 0);
  return cells.length === 0 ? null : cells.reduce((sum, r) => sum + r.recall, 0) / cells.length;
}
