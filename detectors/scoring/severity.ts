import { SEVERITIES, type Severity } from '../../domain/typology.ts';

/**
 * Score 0-100 of an episode's evidence (F13): 12.5 points per factor ten. Two decimals, so that the
 * order of the list is the order of the scores.
 */
export const scoreOf = (evidence: number): number =>
  Math.max(0, Math.min(100, Math.round(1250 * evidence) / 100));

/** Severity band of a score: low < 40, medium < 60, high < 80, critical; never below the floor. */
export function severityOf(score: number, floor: Severity = 'low'): Severity {
  const band = score < 40 ? 'low' : score < 60 ? 'medium' : score < 80 ? 'high' : 'critical';
  return SEVERITIES.indexOf(band) < SEVERITIES.indexOf(floor) ? floor : band;
}
