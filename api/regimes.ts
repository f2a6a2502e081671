import { oneRegime, type Regime, regimeOf, type Systems, systemsOf } from '../review/regime.ts';
import type { LookupRow } from './lookups.ts';
import { absent } from './route.ts';
import type { RouteDeps, Seen } from './seen.ts';

type Read = (systems: Systems) => Promise<readonly LookupRow[]>;
/** Lookups of sources under one act: no other is read, and no other is shown. */
export async function readUnder(
  { regimes = {} }: Pick<RouteDeps, 'regimes'>,
  regime: Regime,
  read: Read,
): Promise<LookupRow[]> {
  const rows = await read(systemsOf(regimes, regime));
  return rows.filter((row) => regimeOf(regimes, row.system) === regime);
}

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
