/** Templates of the explanation gate (docs/detection.md): E1 own case … E7 search that led to a client. */
export type Template = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'E6' | 'E7';
export type Strength = 'strong' | 'medium' | 'weak';
export type Verdict = 'explained' | 'unexplained' | 'explained-later' | 'cannot-judge';

/** Why a lookup was right, as far as the reference data tells. `because` is empty unless explained. */
export type Explanation = {
  verdict: Verdict;
  /** Strongest template found; null when nothing explains it or nothing can be judged. */
  strength: Strength | null;
  because: Template[];
};
