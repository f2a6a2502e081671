import { oneRegime, type Regime, regimeOf } from '../review/regime.ts';
import type { LookupRow } from './lookups.ts';
import { absent } from './route.ts';
import type { RouteDeps, Seen } from './seen.ts';

/** Lookups of sources under one act. */
export const ofRegime = (
  { regimes = {} }: Pick<RouteDeps, 'regimes'>,
  regime: Regime,
  rows: readonly LookupRow[],
): LookupRow[] => rows.filter((row) => regimeOf(regimes, row.system) === regime);

/** The one regime of the lookups behind alerts. Throws ERR_REVIEW_REGIME_MIXED. */
export async function regimeOfAlerts(
  { regimes = {}, directory, lookups }: Seen,
  alertIds: readonly string[],
): Promise<Regime> {
  if (Object.keys(regimes).length === 0) return 'avg';
  const systems = new Set<string>();
  for (const alertId of alertIds) {
    const alert = await directory.detail(alertId);
    if (alert === null) throw absent('alert');
    const window = {
      from: Date.parse(alert.firstEventAt),
      to: Date.parse(alert.lastEventAt) + 1,
    };
    for (const row of await lookups.byIds(alert.eventIds, window)) systems.add(row.system);
  }
  return oneRegime(regimes, systems);
}
