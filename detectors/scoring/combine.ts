/**
 * Cauchy combination of p-values with equal weights (F10; Liu & Xie, JASA 2020): valid in the tail
 * under dependence. Tiny p and huge statistics use the limits, where tan and arctan lose all digits.
 */
export function combineP(ps: readonly number[]): number {
  if (ps.length === 0) return 1;
  if (ps.length === 1) return ps[0] ?? 1;
  let t = 0;
  for (const p of ps) {
    const bounded = Math.min(p, 1 - 1e-9);
    t +=
      (bounded < 1e-12 ? 1 / (Math.PI * bounded) : Math.tan(Math.PI * (0.5 - bounded))) / ps.length;
  }
  return t > 1e6 ? 1 / (Math.PI * t) : 0.5 - Math.atan(t) / Math.PI;
}
