import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Filters, TriageState } from '../alerts/filters.ts';
import { request } from './client.ts';
import type {
  AlertDetail,
  AlertPage,
  AlertSummary,
  BulkResult,
  HistoryEntry,
  LookupPage,
  Pictures,
  SimilarAlerts,
} from './shapes.ts';

/** Rows a request; the server gives no more. The first request asks for few, to be there soon. */
const PAGE = 200;
const FIRST_PAGE = 50;
/** Alerts that one bulk request may hold. */
const BULK = 100;
const pathOf = (alertId: string): string => `/v1/alerts/${encodeURIComponent(alertId)}`;

export const alertsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['alerts', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(pageParam === null ? FIRST_PAGE : PAGE),
      });
      for (const [name, value] of Object.entries(filters))
        if (value !== undefined) query.set(name, value);
      if (pageParam !== null) query.set('cursor', pageParam);
      return request<AlertPage>(`/v1/alerts?${query}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });

/** All rows loaded so far. A list that changed between two pages may give one twice: it is shown once. */
export function rowsOf(data: InfiniteData<AlertPage> | undefined): AlertSummary[] {
  const seen = new Map<string, AlertSummary>();
  for (const page of data?.pages ?? [])
    for (const row of page.items) if (!seen.has(row.alertId)) seen.set(row.alertId, row);
  return [...seen.values()];
}

export const alertQuery = (alertId: string) =>
  queryOptions({
    queryKey: ['alert', alertId],
    queryFn: ({ signal }) => request<AlertDetail>(pathOf(alertId), { signal }),
  });
export const picturesQuery = (alertId: string) =>
  queryOptions({
    queryKey: ['alert', alertId, 'pictures'],
    queryFn: ({ signal }) => request<Pictures>(`${pathOf(alertId)}/pictures`, { signal }),
  });
export const lookupsQuery = (alertId: string) =>
  infiniteQueryOptions({
    queryKey: ['alert', alertId, 'lookups'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (pageParam !== null) query.set('cursor', pageParam);
      return request<LookupPage>(`${pathOf(alertId)}/lookups?${query}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });
export const similarQuery = (alertId: string) =>
  queryOptions({
    queryKey: ['alert', alertId, 'similar'],
    queryFn: ({ signal }) =>
      request<SimilarAlerts>(`${pathOf(alertId)}/similar?limit=5`, { signal }),
  });
export const alertHistoryQuery = (alertId: string) =>
  queryOptions({
    queryKey: ['alert', alertId, 'history'],
    queryFn: ({ signal }) =>
      request<{ items: HistoryEntry[] }>(`${pathOf(alertId)}/history`, { signal }),
  });

type Target = { alertId: string; sequence: number };

export const assignAlert = (target: Target, assignee: string | null): Promise<unknown> =>
  request(`${pathOf(target.alertId)}/assignment`, {
    method: 'POST',
    body: { assignee, sequence: target.sequence },
  });

export const triageAlert = (
  target: Target,
  state: TriageState,
  reason: string,
  missingData?: string,
): Promise<unknown> =>
  request(`${pathOf(target.alertId)}/triage`, {
    method: 'POST',
    body: {
      state,
      reason,
      sequence: target.sequence,
      ...(missingData === undefined ? {} : { missingData }),
    },
  });

/** Decides many at once, in requests as large as the server takes; gives how many went through. */
export async function triageMany(
  targets: readonly Target[],
  state: TriageState,
  reason: string,
): Promise<number> {
  let done = 0;
  for (let from = 0; from < targets.length; from += BULK) {
    const alerts = targets
      .slice(from, from + BULK)
      .map(({ alertId, sequence }) => ({ alertId, sequence }));
    const { items } = await request<BulkResult>('/v1/alerts/triage', {
      method: 'POST',
      body: { alerts, state, reason },
    });
    done += items.filter((each) => each.isDone).length;
  }
  return done;
}
