/** A seeded source of chance. Everything simulated draws from it, so one seed gives one town. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  int(below: number): number;
  chance(p: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Index drawn by cumulative weights (see `cumulate`). */
  weighted(cumulative: readonly number[]): number;
  normal(): number;
  /** Negative binomial with this mean and variance/mean ratio; Poisson when the ratio is 1 or less. */
  count(mean: number, dispersion: number): number;
  hex(length: number): string;
};

/** FNV-1a: spreads a stream name over 32 bits, so streams of one seed do not resemble each other. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** sfc32 (PractRand, public domain): small, fast, period about 2^128. */
function sfc32(seed: number, stream: string): () => number {
  let a = seed | 0;
  let b = hash(stream) | 0;
  let c = hash(`${stream}:${seed}`) | 0;
  let d = 1;
  const draw = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) draw();
  return () => draw() / 4_294_967_296;
}

export const cumulate = (weights: readonly number[]): number[] => {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
};

/** One independent stream: more draws in one part of the town leave the others as they were. */
export function createRandom(seed: number, stream: string): Random {
  const next = sfc32(seed, stream);
  const int = (below: number) => Math.floor(next() * below);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const poisson = (mean: number) => {
    // Beyond 60 the normal form is close enough and costs one draw instead of many.
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let n = 0;
    for (let p = next(); p > limit; p *= next()) n++;
    return n;
  };
  /** Marsaglia and Tsang; a shape below one is boosted by a power of a uniform. */
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (list) => {
      const chosen = list[int(list.length)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    weighted(cumulative) {
      const x = next() * (cumulative.at(-1) ?? 0);
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulative[middle] ?? 0) > x) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    normal,
    count: (mean, dispersion) =>
      mean <= 0
        ? 0
        : poisson(dispersion <= 1 ? mean : gamma(mean / (dispersion - 1)) * (dispersion - 1)),
    hex(length) {
      let text = '';
      while (text.length < length)
        text += Math.floor(next() * 4_294_967_296)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, length);
    },
  };
}
