import type { Severity } from '../../domain/typology.ts';

const LOWEST: Record<Severity, number> = { low: 0, medium: 40, high: 60, critical: 80 };

/** Score 0-100 of an episode's p (F13): 12.5 points per factor ten, never below the floor of its rule. */
export const scoreOf = (p: number, floor: Severity): number =>
  Math.max(LOWEST[floor], Math.min(100, Math.round(-12.5 * Math.log10(p))));

/** Severity band of a score: low < 40, medium < 60, high < 80, critical. */
export const severityOf = (score: number): Severity =>
  score < 40 ? 'low' : score < 60 ? 'medium' : score < 80 ? 'high' : 'critical';
