// Cases are often registered hours after the lookup. What is found later corrects what was said, and
// never counts as much as what was there before.
import type { Explanation } from '../../domain/explanation.ts';

/** When a lookup that nothing explained is asked about again (docs/domain: 1 hour, 1 day, 7 days). */
export const RECHECK_AFTER_MS = [3_600_000, 86_400_000, 7 * 86_400_000] as const;

/**
 * The explanation of a lookup after newer reference data. Explained now and not before gives
 * `explained-later`; one by a row of the official's own hand (E1, E2) is no more than weak, since a
 * case can be made for a lookup. Work that has disappeared from the data takes nothing back.
 */
export function settleLater(before: Explanation, now: Explanation): Explanation {
  if (before.verdict === 'explained' || before.verdict === 'explained-later') return before;
  if (now.verdict !== 'explained') return now;
  const isOwnHand = now.because.every((template) => template === 'E1' || template === 'E2');
  return {
    verdict: 'explained-later',
    strength: isOwnHand ? 'weak' : now.strength,
    because: now.because,
  };
}
