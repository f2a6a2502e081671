// What an explanation clears, for each kind of rule (docs/detection.md §1).
import type { Explanation, Strength, Verdict } from '../../domain/explanation.ts';
import { SEVERITIES, type Severity } from '../../domain/typology.ts';
import type { Lookup } from '../detector.ts';

/** The least that clears a lookup: a mandated job (E3), or an explanation of this strength. */
export type Clears = 'mandate' | Strength;

const RANK: Record<Strength, number> = { strong: 3, medium: 2, weak: 1 };

/** The lookups of one person on one day that no explanation cleared, with the gravest verdict. */
export type Judged = {
  lookups: Lookup[];
  verdict: Verdict;
  /** Strongest explanation that was not enough. */
  strength: Strength | null;
  unexplained: number;
};

export function isCleared({ verdict, strength, because }: Explanation, clears: Clears): boolean {
  if (verdict !== 'explained' && verdict !== 'explained-later') return false;
  if (clears === 'mandate') return because.includes('E3');
  // A case that was registered afterwards may have been made for the lookup: it mitigates a rule
  // (see `judge`), but only soft rules let it clear.
  if (verdict === 'explained-later' && clears !== 'weak') return false;
  return strength !== null && RANK[strength] >= RANK[clears];
}

const GRAVITY: Verdict[] = ['unexplained', 'cannot-judge', 'explained-later', 'explained'];

/** Keeps what no explanation clears; null when nothing is left. */
export function judge(lookups: readonly Lookup[], clears: Clears): Judged | null {
  const left = lookups.filter((l) => !isCleared(l.explanation, clears));
  const verdict = GRAVITY.find((v) => left.some((l) => l.explanation.verdict === v));
  if (verdict === undefined) return null;
  const strengths = left.flatMap((l) => l.explanation.strength ?? []);
  const strength = strengths.sort((a, b) => RANK[b] - RANK[a])[0] ?? null;
  const unexplained = left.filter((l) => l.explanation.verdict === 'unexplained').length;
  return { lookups: left, verdict, strength, unexplained };
}

/** The floor of a rule under a verdict: full when unexplained, one step lower otherwise. */
export function floorUnder(verdict: Verdict, floor: Severity): Severity {
  if (verdict === 'unexplained') return floor;
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(floor) - 1)] ?? 'low';
}
