import type { TieKind, Validity } from '../domain/reference.ts';

export type TiePath = { nl: string; en: string };
/** A tie between two persons in clear, before officials and tokens come in. */
export type PersonTie = Validity & {
  relative: string;
  kind: TieKind;
  degree: number;
  path: TiePath;
  endedAt: number | null;
};

/** A half-open window with real bounds: open ends are infinite, which makes overlaps plain min and max. */
export type Window = { from: number; to: number };

export const toWindow = (row: Validity): Window => ({
  from: row.from ?? -Infinity,
  to: row.to ?? Infinity,
});
export const toValidity = (window: Window): Validity => ({
  from: window.from === -Infinity ? null : window.from,
  to: window.to === Infinity ? null : window.to,
});
export const overlap = (a: Window, b: Window): Window => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** What is left of a window after others are taken out. */
export function subtract(window: Window, taken: readonly Window[]): Window[] {
  let left = [window];
  for (const hole of taken) {
    left = left.flatMap((piece) => {
      if (hole.to <= piece.from || hole.from >= piece.to) return [piece];
      const before = { from: piece.from, to: hole.from };
      const after = { from: hole.to, to: piece.to };
      return [before, after].filter((part) => part.from < part.to);
    });
  }
  return left;
}

/** The same calendar day some years later; used for how long a shared home still counts. */
export function addYears(at: number, years: number): number {
  if (!Number.isFinite(at)) return at;
  const date = new Date(at);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}
