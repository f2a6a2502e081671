// The GDPR (AVG) and the act on police data (Wpg) exclude each other: a source is under one of them, and
// what is read, put into a case or handed over is of one regime only.
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

export const REGIMES = ['avg', 'wpg'] as const;
export const Regime = z.enum(REGIMES);
export type Regime = z.infer<typeof Regime>;
/** Regime by source system; a system that is not named is under the AVG. */
export const Regimes = z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), Regime).default({});
export type Regimes = z.infer<typeof Regimes>;

export const regimeOf = (regimes: Regimes, system: string): Regime => regimes[system] ?? 'avg';
/** The sources of one regime: those named, or all but those named. */
export type Systems = { names: readonly string[]; isOnly: boolean };
export const systemsOf = (regimes: Regimes, regime: Regime): Systems => ({
  names: Object.keys(regimes).filter((system) => regimes[system] === 'wpg'),
  isOnly: regime === 'wpg',
});
/** Whether there is anything to keep apart at all. */
export const hasWpg = (regimes: Regimes): boolean => Object.values(regimes).includes('wpg');

/** The one regime of these systems (AVG for none). Throws ERR_REVIEW_REGIME_MIXED. */
export function oneRegime(regimes: Regimes, systems: Iterable<string>): Regime {
  const found = new Set([...systems].map((system) => regimeOf(regimes, system)));
  if (found.size > 1)
    throw new AppError(
      'ERR_REVIEW_REGIME_MIXED',
      'This would mix sources under the AVG with sources under the Wpg: handle them apart.',
    );
  return [...found][0] ?? 'avg';
}

/** Refuses to add something of one regime to a case of the other. */
export function assertSameRegime(one: Regime, other: Regime): void {
  if (one !== other)
    throw new AppError(
      'ERR_REVIEW_REGIME_MIXED',
      `This case is under the ${one.toUpperCase()} and takes nothing of the ${other.toUpperCase()}.`,
    );
}
