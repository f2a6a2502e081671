import type { Lookup } from '../detectors/detector.ts';
import type { Token } from '../domain/token.ts';

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

/** Adds the shares of a part to a total, or takes them off (`sign` -1). */
function addCoverage(total: CoverageBySystem, part: Iterable<Coverage>, sign: 1 | -1): void {
  for (const c of part) {
    const sum = coverageOf(total, c.system);
    sum.lookups += sign * c.lookups;
    sum.direct += sign * c.direct;
    sum.withTeam += sign * c.withTeam;
    sum.cannotJudge += sign * c.cannotJudge;
    sum.unknown += sign * c.unknown;
  }
}

/** The sum of several shares, by system name. */
export function sumCoverage(parts: Iterable<CoverageBySystem>): Coverage[] {
  const total: CoverageBySystem = new Map();
  for (const part of parts) addCoverage(total, part.values(), 1);
  return [...total.values()].sort((a, b) => (a.system < b.system ? -1 : 1));
}

/** Shares explained of open days, by day and official: replaced as the day goes on, summed as it is asked. */
export function createOpenCoverage() {
  const parts = new Map<number, Map<Token, readonly Coverage[]>>();
  const total: CoverageBySystem = new Map();
  return {
    /** Replaces what was said of an official on a day; null takes it back. */
    say(day: number, actor: Token, own: CoverageBySystem | null): void {
      let ofDay = parts.get(day);
      if (ofDay === undefined) {
        ofDay = new Map();
        parts.set(day, ofDay);
      }
      addCoverage(total, ofDay.get(actor) ?? [], -1);
      if (own === null) {
        ofDay.delete(actor);
        if (ofDay.size === 0) parts.delete(day);
        return;
      }
      const shares = [...own.values()];
      ofDay.set(actor, shares);
      addCoverage(total, shares, 1);
    },
    total: (): CoverageBySystem => total,
    clear(): void {
      parts.clear();
      total.clear();
    },
  };
}
