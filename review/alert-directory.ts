import type { Alert } from '../domain/alert.ts';
import type { Verdict } from '../domain/explanation.ts';
import type { Token } from '../domain/token.ts';
import type { Severity, Typology } from '../domain/typology.ts';

/** What the queue needs of an alert; the rest is read when one is opened. */
export type AlertSummaryRow = {
  alertId: string;
  rank: number;
  typology: Typology;
  severity: Severity;
  score: number;
  actor: Token | null;
  subjects: Token[];
  firstEventAt: number;
  lastEventAt: number;
  openedAt: number;
  eventCount: number;
  explanation: Verdict;
  reason: { nl: string; en: string };
  detectors: string[];
};

/** Alerts at rest, best first. */
export type AlertStorePort = {
  /** Changes whenever an alert is written or removed. */
  stamp(): Promise<string>;
  /** Id, place and version of every alert: what changed can be told from it. */
  marks(): Promise<{ alertId: string; rank: number; mark: string }[]>;
  byIds(alertIds: readonly string[]): Promise<Alert[]>;
  get(alertId: string): Promise<Alert | null>;
};

const READ_AT_ONCE = 1_000;

/** What the queue shows of an alert. */
export const toSummary = (alert: Alert, rank: number): AlertSummaryRow => ({
  alertId: alert.alertId,
  rank,
  typology: alert.typology,
  severity: alert.severity,
  score: alert.score,
  actor: alert.actor?.token ?? null,
  subjects: alert.subjects.map((s) => s.token),
  firstEventAt: Date.parse(alert.firstEventAt),
  lastEventAt: Date.parse(alert.lastEventAt),
  openedAt: Date.parse(alert.openedAt),
  eventCount: alert.eventCount,
  explanation: alert.explanation,
  reason: alert.reasons[0]?.text ?? { nl: '', en: '' },
  detectors: [...new Set(alert.reasons.map((r) => r.detector))],
});

export type AlertDirectory = ReturnType<typeof createAlertDirectory>;
/**
 * The queue in memory. An alert costs half a kilobyte and a budget bounds how many there are (a year
 * of all municipalities together stays under 100,000), so filters and order need no query.
 */
export function createAlertDirectory(store: AlertStorePort) {
  let rows = new Map<string, { mark: string; row: AlertSummaryRow }>();
  let ordered: AlertSummaryRow[] = [];
  let running: Promise<string[]> | null = null;
  const listeners = new Set<(alertIds: string[]) => void>();
  let stamp: string | null = null;
  const read = async (): Promise<string[]> => {
    const now = await store.stamp();
    if (now === stamp) return [];
    const marks = await store.marks();
    const wanted = marks.filter(({ alertId, mark }) => rows.get(alertId)?.mark !== mark);
    const fresh = new Map<string, Alert>();
    for (let i = 0; i < wanted.length; i += READ_AT_ONCE)
      for (const alert of await store.byIds(
        wanted.slice(i, i + READ_AT_ONCE).map((w) => w.alertId),
      ))
        fresh.set(alert.alertId, alert);
    const next = new Map<string, { mark: string; row: AlertSummaryRow }>();
    for (const { alertId, rank, mark } of marks) {
      const alert = fresh.get(alertId);
      const known = rows.get(alertId);
      const row = alert === undefined ? known?.row : toSummary(alert, rank);
      // Gone between the two readings: the next one will not name it.
      if (row !== undefined)
        next.set(alertId, { mark, row: row.rank === rank ? row : { ...row, rank } });
    }
    const gone = [...rows.keys()].filter((id) => !next.has(id));
    rows = next;
    ordered = [...next.values()].map(({ row }) => row).sort((a, b) => a.rank - b.rank);
    stamp = now;
    const changed = [...wanted.map((w) => w.alertId), ...gone];
    if (changed.length > 0) for (const listener of listeners) listener(changed);
    return changed;
  };
  return {
    /** Reads what changed at rest; gives the ids of alerts that are new, changed or gone. */
    refresh(): Promise<string[]> {
      running ??= read().finally(() => {
        running = null;
      });
      return running;
    },
    /** Tells of alerts that are new, changed or gone; gives the way to stop listening. */
    onChanged(listener: (alertIds: string[]) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Best first. */
    all: (): readonly AlertSummaryRow[] => ordered,
    get: (alertId: string): AlertSummaryRow | null => rows.get(alertId)?.row ?? null,
    detail: (alertId: string): Promise<Alert | null> => store.get(alertId),
  };
}
