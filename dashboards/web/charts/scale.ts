/** A linear map from `[from, to]` to `[start, end]`; a span of nothing maps to its middle. */
export const scaleOf =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);

/** Which of `levels` steps (1 is the lightest, 0 is nothing) a count belongs to, by its share of the largest. */
export const levelOf = (count: number, largest: number, levels = 4): number =>
  count <= 0 || largest <= 0 ? 0 : Math.max(1, Math.ceil((count / largest) * levels));
