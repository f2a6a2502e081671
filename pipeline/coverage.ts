import type { Lookup } from '../detectors/detector.ts';

/** Shares explained of one source system: the first thing to look at when numbers move. */
export type Coverage = {
  system: string;
  /** Lookups of a person by a personal account. */
  lookups: number;
  direct: number;
  withTeam: number;
  cannotJudge: number;
  /** Events whose official or person the log does not name: never guessed, never judged. */
  unknown: number;
};
export type CoverageBySystem = Map<string, Coverage>;

/** The counters of a system, made when it is new. */
export function coverageOf(coverage: CoverageBySystem, system: string): Coverage {
  let known = coverage.get(system);
  if (known === undefined) {
    known = { system, lookups: 0, direct: 0, withTeam: 0, cannotJudge: 0, unknown: 0 };
    coverage.set(system, known);
  }
  return known;
}

/** Counts one lookup by how it was explained; a search counts before it is known where it led. */
export function countLookup(
  coverage: CoverageBySystem,
  { event, explanation }: Pick<Lookup, 'event' | 'explanation'>,
): void {
  const share = coverageOf(coverage, event.system);
  share.lookups++;
  if (explanation.verdict === 'cannot-judge') share.cannotJudge++;
  if (explanation.strength === 'strong') share.direct++;
  if (explanation.verdict === 'explained') share.withTeam++;
}

/** The sum of several shares, by system name. */
export function sumCoverage(parts: Iterable<CoverageBySystem>): Coverage[] {
  const total: CoverageBySystem = new Map();
  for (const part of parts)
    for (const c of part.values()) {
      const sum = coverageOf(total, c.system);
      sum.lookups += c.lookups;
      sum.direct += c.direct;
      sum.withTeam += c.withTeam;
      sum.cannotJudge += c.cannotJudge;
      sum.unknown += c.unknown;
    }
  return [...total.values()].sort((a, b) => (a.system < b.system ? -1 : 1));
}
