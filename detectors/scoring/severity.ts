import type { Severity } from '../../domain/typology.ts';

const LOWEST: Record<Severity, number> = { low: 0, medium: 40, high: 60, critical: 80 };

/**
 * Score 0-100 of an episode's evidence (F13): 12.5 points per factor ten, never below the floor of its
 * rule. Two decimals, so that the order of the list is the order of the scores.
 */
export const scoreOf = (evidence: number, floor: Severity): number =>
  Math.max(LOWEST[floor], Math.min(100, Math.round(1250 * evidence) / 100));

/** Severity band of a score: low < 40, medium < 60, high < 80, critical. */
export const severityOf = (score: number): Severity =>
  score < 40 ? 'low' : score < 60 ? 'medium' : score < 80 ? 'high' : 'critical';
