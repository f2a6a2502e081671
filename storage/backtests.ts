import type { Alert } from '../domain/alert.ts';
import type { Store } from './client.ts';

const MAX_LISTED = 500;

export type BacktestStore = ReturnType<typeof createBacktestStore>;
/** Results of backtests, and what settings in the shadow would have raised. */
export const createBacktestStore = (store: Store, tenant: string) => {
  let version = 0;
  const next = (): number => {
    version = Math.max(version + 1, Date.now() * 1000);
    return version;
  };
  return {
    /** Keeps a backtest under its id, in place of what was said of it before. */
    async save<T extends { backtestId: string; requestedAt: number }>(backtest: T): Promise<void> {
      const row = {
        ...{ tenant, backtest_id: backtest.backtestId, version: next() },
        requested_at: (backtest.requestedAt / 1000).toFixed(3),
        backtest: JSON.stringify(backtest),
      };
      await store.sql(`INSERT INTO backtests FORMAT JSONEachRow\n${JSON.stringify(row)}`);
    },
    /** One backtest as it was saved; null when there is none. */
    async get<T>(backtestId: string): Promise<T | null> {
      const [row] = await store.rows<[string]>(
        'SELECT backtest FROM backtests FINAL WHERE tenant = {tenant:String} AND backtest_id = {backtestId:String}',
        { tenant, backtestId },
      );
      return row === undefined ? null : (JSON.parse(row[0]) as T);
    },
    /** The newest, newest first. */
    async list<T>(): Promise<T[]> {
      const rows = await store.rows<[string]>(
        `SELECT backtest FROM backtests FINAL WHERE tenant = {tenant:String}
         ORDER BY requested_at DESC, backtest_id LIMIT ${MAX_LISTED}`,
        { tenant },
      );
      return rows.map(([text]) => JSON.parse(text) as T);
    },
    /** Whether a process that runs all day judged this store, rather than a scan of a period. */
    async wasStreamed(): Promise<boolean> {
      const [row] = await store.rows<[number]>('SELECT count() FROM snapshots');
      return Number(row?.[0] ?? 0) > 0;
    },
    /**
     * Adds or replaces alerts of a shadow, takes others back, and keeps the ids of those that had a signal
     * but no place within the budget.
     */
    async saveShadow(
      shadowId: string,
      alerts: readonly Alert[],
      withdrawn: readonly string[],
      passedOver: readonly string[] = [],
    ): Promise<void> {
      const at = next();
      const row = (alertId: string, alert: string, isWithdrawn: boolean, isPassedOver: boolean) =>
        JSON.stringify([tenant, shadowId, alertId, alert, isWithdrawn, at, isPassedOver]);
      const passed = new Set(passedOver);
      const rows = [
        ...alerts.map((a) => row(a.alertId, JSON.stringify(a), false, false)),
        ...withdrawn.filter((id) => !passed.has(id)).map((id) => row(id, '', true, false)),
        ...[...passed].map((id) => row(id, '', true, true)),
      ];
      if (rows.length > 0)
        await store.sql(`INSERT INTO shadow_alerts FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
    },
    async shadowAlerts(shadowId: string): Promise<Alert[]> {
      const rows = await store.rows<[string]>(
        `SELECT alert FROM shadow_alerts FINAL
         WHERE tenant = {tenant:String} AND shadow_id = {shadowId:String} AND NOT is_withdrawn
         ORDER BY alert_id`,
        { tenant, shadowId },
      );
      return rows.map(([alert]) => JSON.parse(alert) as Alert);
    },
    async shadowPassedOver(shadowId: string): Promise<Set<string>> {
      const rows = await store.rows<[string]>(
        `SELECT alert_id FROM shadow_alerts FINAL
         WHERE tenant = {tenant:String} AND shadow_id = {shadowId:String} AND is_passed_over`,
        { tenant, shadowId },
      );
      return new Set(rows.map(([alertId]) => alertId));
    },
  };
};
