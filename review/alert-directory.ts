import type { Alert } from '../domain/alert.ts';
import type { OpenMark } from '../domain/confidential.ts';
import type { Verdict } from '../domain/explanation.ts';
import { OWN_SYSTEM } from '../domain/product.ts';
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

/** What sources call confidential, at rest. */
export type ConfidentialPort = {
  /** Changes whenever something is said, lifted or erased. */
  stamp(): Promise<string>;
  open(): Promise<OpenMark[]>;
};

/** What sources call confidential now: known to everything that must keep it from somebody. */
export type ConfidentialMarks = {
  isMarked(eventId: string): boolean;
  /** Whether an alert rests on a lookup that is. */
  isConfidential(alertId: string): boolean;
  /** Whether there is anything at all that is, be it a look of the product itself at something that is. */
  hasMarks(): boolean;
  /** How many lookups sources call so, and how many alerts are kept for that. */
  confidential(): { alerts: number; lookups: number };
};

/** Alerts as somebody is shown them. */
export type AlertView = ConfidentialMarks & {
  /** Best first. */
  all(): readonly AlertSummaryRow[];
  get(alertId: string): AlertSummaryRow | null;
  detail(alertId: string): Promise<Alert | null>;
  /** Whether this id may be shown; an id of no alert may. */
  mayName(alertId: string): boolean;
  /** Tells of alerts that are new, changed or gone; gives the way to stop listening. */
  onChanged(listener: Listener): () => void;
  /** Reads what changed at rest; gives the ids of alerts that are new, changed or gone. */
  refresh(): Promise<string[]>;
};
type Listener = (alertIds: string[]) => void;

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
 * The queue in memory, whole and, as `open`, without what rests on lookups that a source calls
 * confidential. An alert costs half a kilobyte and a budget bounds how many there are (a year of all
 * municipalities together stays under 100,000), so filters and order need no query, nor does a mark.
 */
export function createAlertDirectory(store: AlertStorePort, confidential: ConfidentialPort) {
  let rows = new Map<string, { mark: string; row: AlertSummaryRow }>();
  let ordered: AlertSummaryRow[] = [];
  let orderedOpen = ordered;
  let marked: ReadonlyMap<string, OpenMark> = new Map();
  let bySources = 0;
  let hidden: ReadonlySet<string> = new Set();
  let running: Promise<string[]> | null = null;
  const listeners = new Set<Listener>();
  const openListeners = new Set<Listener>();
  let stamp: string | null = null;
  let said: string | null = null;
  const load = async (alertIds: readonly string[]): Promise<Map<string, Alert>> => {
    const found = new Map<string, Alert>();
    for (let i = 0; i < alertIds.length; i += READ_AT_ONCE)
      for (const alert of await store.byIds(alertIds.slice(i, i + READ_AT_ONCE)))
        found.set(alert.alertId, alert);
    return found;
  };
  const marksAt = async (stampNow: string): Promise<typeof marked> =>
    stampNow === said ? marked : new Map((await confidential.open()).map((m) => [m.eventId, m]));
  const read = async (): Promise<string[]> => {
    const now = await store.stamp();
    const places = now === stamp ? null : await store.marks();
    const wanted = (places ?? [])
      .filter(({ alertId, mark }) => rows.get(alertId)?.mark !== mark)
      .map((w) => w.alertId);
    const fresh = await load(wanted);
    // After the alerts: the mark of a lookup is written before the lookup, so none is missed.
    const saidNow = await confidential.stamp();
    const marks = await marksAt(saidNow);
    if (places === null && marks === marked) return [];
    const again = await load(
      within(timesOfChanged(marked, marks), rows.values()).filter((id) => !fresh.has(id)),
    );
    const next = places === null ? rows : placed(places, rows, fresh);
    const isHidden = (alertId: string): boolean => {
      const alert = fresh.get(alertId) ?? again.get(alertId);
      if (alert === undefined) return hidden.has(alertId);
      return marks.size > 0 && alert.eventIds.some((id) => marks.has(id));
    };
    const nowHidden = new Set([...next.keys()].filter(isHidden));
    const gone = [...rows.keys()].filter((id) => !next.has(id));
    const turned = [...again.keys()].filter((id) => hidden.has(id) !== nowHidden.has(id));
    const changed = [...wanted, ...gone, ...turned];
    // Outside, an alert that becomes confidential is gone; one that was and stays so, nothing.
    const changedOpen = changed.filter(
      (id) => (rows.has(id) && !hidden.has(id)) || (next.has(id) && !nowHidden.has(id)),
    );
    rows = next;
    hidden = nowHidden;
    marked = marks;
    bySources = [...marks.values()].filter((m) => m.system !== OWN_SYSTEM).length;
    ordered = [...next.values()].map(({ row }) => row).sort((a, b) => a.rank - b.rank);
    orderedOpen = hidden.size === 0 ? ordered : ordered.filter((r) => !hidden.has(r.alertId));
    stamp = now;
    said = saidNow;
    if (changed.length > 0) for (const listener of listeners) listener(changed);
    if (changedOpen.length > 0) for (const listener of openListeners) listener(changedOpen);
    return changed;
  };
  const isMarked = (eventId: string): boolean => marked.has(eventId);
  const common = {
    refresh(): Promise<string[]> {
      running ??= read().finally(() => {
        running = null;
      });
      return running;
    },
    isMarked,
    isConfidential: (alertId: string): boolean => hidden.has(alertId),
    hasMarks: () => marked.size > 0,
    confidential: () => ({ alerts: hidden.size, lookups: bySources }),
  };
  const listenTo = (those: Set<Listener>) => (listener: Listener) => {
    those.add(listener);
    return () => those.delete(listener);
  };
  const rowOf = (alertId: string): AlertSummaryRow | null => rows.get(alertId)?.row ?? null;
  const open: AlertView = {
    ...common,
    all: () => orderedOpen,
    get: (alertId) => (hidden.has(alertId) ? null : rowOf(alertId)),
    async detail(alertId) {
      const alert = hidden.has(alertId) || !rows.has(alertId) ? null : await store.get(alertId);
      // What is at rest may be newer than the queue.
      return alert === null || alert.eventIds.some(isMarked) ? null : alert;
    },
    mayName: (alertId) => !hidden.has(alertId),
    onChanged: listenTo(openListeners),
  };
  const whole: AlertView = {
    ...common,
    all: () => ordered,
    get: rowOf,
    detail: (alertId) => store.get(alertId),
    mayName: () => true,
    onChanged: listenTo(listeners),
  };
  return { ...whole, open };
}

type Rows = ReadonlyMap<string, { mark: string; row: AlertSummaryRow }>;
/** The alerts in their places, those that did not change as they are known. */
function placed(
  places: Awaited<ReturnType<AlertStorePort['marks']>>,
  known: Rows,
  fresh: ReadonlyMap<string, Alert>,
): Map<string, { mark: string; row: AlertSummaryRow }> {
  const next = new Map<string, { mark: string; row: AlertSummaryRow }>();
  for (const { alertId, rank, mark } of places) {
    const alert = fresh.get(alertId);
    const row = alert === undefined ? known.get(alertId)?.row : toSummary(alert, rank);
    // Gone between the two readings: the next one will not name it.
    if (row !== undefined)
      next.set(alertId, { mark, row: row.rank === rank ? row : { ...row, rank } });
  }
  return next;
}

/** Times of lookups that one of two sets of marks has and the other has not, in order. */
function timesOfChanged(one: ReadonlyMap<string, OpenMark>, other: typeof one): Float64Array {
  const times = [one, other].flatMap((set, i) => {
    const rest = i === 0 ? other : one;
    return [...set].flatMap(([eventId, { occurredAt }]) => (rest.has(eventId) ? [] : [occurredAt]));
  });
  return Float64Array.from(times).sort();
}

/** Ids of alerts in whose window one of these times falls: those that a mark may be about. */
function within(times: Float64Array, all: Iterable<{ row: AlertSummaryRow }>): string[] {
  const found: string[] = [];
  if (times.length === 0) return found;
  for (const { row } of all) {
    // A sum of weak signals names the lookups of weeks before its own day.
    const from = row.typology === 'combined-risk' ? 0 : row.firstEventAt;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    if ((times[low] ?? Number.POSITIVE_INFINITY) <= row.lastEventAt) found.push(row.alertId);
  }
  return found;
}
