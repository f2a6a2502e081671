import type { Alert } from '../domain/alert.ts';
import type { Store } from './client.ts';

const toRow = (alert: Alert, rank: number, version: number): string =>
  JSON.stringify({
    alert_id: alert.alertId,
    opened_at: alert.openedAt,
    score: alert.score,
    typology: alert.typology,
    severity: alert.severity,
    rank,
    alert: JSON.stringify(alert),
    version,
  });

/** Without those that were erased: events live longer than an alert that came to nothing. */
async function notErased(store: Store, alerts: readonly Alert[]): Promise<Alert[]> {
  if (alerts.length === 0) return [];
  const rows = await store.rows<[string]>(
    'SELECT alert_id FROM erased_alerts WHERE alert_id IN ({ids:Array(String)})',
    { ids: alerts.map((a) => a.alertId) },
  );
  const gone = new Set(rows.map(([id]) => id));
  return alerts.filter((a) => !gone.has(a.alertId));
}

async function write(store: Store, rows: readonly string[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 500)
    await store.sql(
      `INSERT INTO alerts SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow\n${rows.slice(i, i + 500).join('\n')}`,
    );
}

/** Alerts that come one by one rank by score alone; best first, as small numbers. */
const RANK_PER_POINT = 1_000;

export type AlertStore = ReturnType<typeof createAlertStore>;
/** Alerts at rest, one row per alert id; writing an alert again replaces it. */
export const createAlertStore = (store: Store) => ({
  /** Makes the stored list equal to this one (best first); alerts no longer raised are removed. */
  async replaceAll(alerts: readonly Alert[], version: number): Promise<void> {
    // Written before the old ones go: a crash in between shows an alert too many, never one too few.
    await write(
      store,
      (await notErased(store, alerts)).map((alert, rank) => toRow(alert, rank, version)),
    );
    await store.sql('DELETE FROM alerts WHERE alert_id NOT IN ({ids:Array(String)})', {
      ids: alerts.map((a) => a.alertId),
    });
  },
  /** Adds or replaces these alerts; no other is touched. */
  async save(alerts: readonly Alert[], version: number): Promise<void> {
    await write(
      store,
      (await notErased(store, alerts)).map((alert) =>
        toRow(alert, Math.round((100 - alert.score) * RANK_PER_POINT), version),
      ),
    );
  },
  /** Takes these alerts back; ids that are not there are passed over. */
  async withdraw(ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await store.sql('DELETE FROM alerts WHERE alert_id IN ({ids:Array(String)})', {
        ids: [...ids],
      });
  },
  /** Notes what became of alerts: what explains them now, with which score and reference data. */
  async note(alerts: readonly Alert[], at: number): Promise<void> {
    if (alerts.length === 0) return;
    const rows = alerts.map(({ alertId, explanation, score, versions }) =>
      JSON.stringify([alertId, (at / 1000).toFixed(3), explanation, score, versions.reference]),
    );
    await store.sql(`INSERT INTO alert_history FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
  },
  /** What was said of an alert over time, oldest first; corrections only, and what stood before them. */
  async history(
    alertId: string,
  ): Promise<
    { at: number; explanation: Alert['explanation']; score: number; reference: string }[]
  > {
    const rows = await store.rows<[number, Alert['explanation'], number, string]>(
      `SELECT toUnixTimestamp64Milli(at), explanation, score, reference FROM alert_history FINAL
       WHERE alert_id = {alertId:String} ORDER BY at, explanation DESC`,
      { alertId },
    );
    return rows.map(([at, explanation, score, reference]) => ({
      ...{ at: Number(at), explanation, score, reference },
    }));
  },
  /** Ids of all alerts. */
  async ids(): Promise<string[]> {
    const rows = await store.rows<[string]>('SELECT alert_id FROM alerts FINAL ORDER BY alert_id');
    return rows.map(([id]) => id);
  },
  async list(limit: number, offset: number): Promise<Alert[]> {
    const rows = await store.rows<[string]>(
      'SELECT alert FROM alerts FINAL ORDER BY rank, alert_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}',
      { limit, offset },
    );
    return rows.map(([alert]) => JSON.parse(alert) as Alert);
  },
  /** Alerts whose first event falls in a half-open window of epoch ms, best first. */
  async beginningIn({ from, to }: { from: number; to: number }): Promise<Alert[]> {
    const rows = await store.rows<[string]>(
      `SELECT alert FROM alerts FINAL
       WHERE JSONExtractString(alert, 'firstEventAt') >= {from:String}
         AND JSONExtractString(alert, 'firstEventAt') < {to:String}
       ORDER BY rank, alert_id`,
      { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    );
    return rows.map(([alert]) => JSON.parse(alert) as Alert);
  },
  async get(alertId: string): Promise<Alert | null> {
    const [row] = await store.rows<[string]>(
      'SELECT alert FROM alerts FINAL WHERE alert_id = {alertId:String}',
      { alertId },
    );
    return row === undefined ? null : (JSON.parse(row[0]) as Alert);
  },
  async count(): Promise<number> {
    const [row] = await store.rows<[number]>('SELECT count() FROM alerts FINAL');
    return Number(row?.[0] ?? 0);
  },
  /** Changes whenever an alert is written or removed; cheap, so that it can be asked often. */
  async stamp(): Promise<string> {
    const [row] = await store.rows<[number, number]>('SELECT max(version), count() FROM alerts');
    return String(row);
  },
  /** Id, place and version of every alert, best first. */
  async marks(): Promise<{ alertId: string; rank: number; mark: string }[]> {
    const rows = await store.rows<[string, number, string]>(
      'SELECT alert_id, rank, toString(version) FROM alerts FINAL ORDER BY rank, alert_id',
    );
    return rows.map(([alertId, rank, mark]) => ({ alertId, rank: Number(rank), mark }));
  },
  /** Alerts by id, in no order; ids that are not there are left out. */
  async byIds(alertIds: readonly string[]): Promise<Alert[]> {
    const rows = await store.rows<[string]>(
      'SELECT alert FROM alerts FINAL WHERE alert_id IN ({alertIds:Array(String)})',
      { alertIds: [...alertIds] },
    );
    return rows.map(([alert]) => JSON.parse(alert) as Alert);
  },
});
