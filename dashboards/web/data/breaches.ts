import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { Breach, BreachDocuments, BreachPage, BreachRegister, BreachStep } from './shapes.ts';

const pathOf = (breachId: string, below = ''): string =>
  `/v1/breaches/${encodeURIComponent(breachId)}${below}`;
/** A clock that runs is looked at again every half minute. */
const CLOCK_MS = 30_000;

export const breachesQuery = (onlyOpen: boolean) =>
  infiniteQueryOptions({
    queryKey: ['breaches', onlyOpen],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50', onlyOpen: String(onlyOpen) });
      if (pageParam !== null) query.set('cursor', pageParam);
      return request<BreachPage>(`/v1/breaches?${query}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: CLOCK_MS,
  });
export const breachQuery = (breachId: string) =>
  queryOptions({
    queryKey: ['breach', breachId],
    queryFn: ({ signal }) => request<Breach>(pathOf(breachId), { signal }),
    refetchInterval: CLOCK_MS,
  });
export const breachDocumentsQuery = (breachId: string) =>
  queryOptions({
    queryKey: ['breach', breachId, 'documents'],
    queryFn: ({ signal }) => request<BreachDocuments>(pathOf(breachId, '/documents'), { signal }),
  });
export const breachRegisterQuery = queryOptions({
  queryKey: ['breach-register'],
  queryFn: ({ signal }) => request<BreachRegister>('/v1/breach-register', { signal }),
});

export const openBreach = (body: { caseId: string | null; reason: string }): Promise<Breach> =>
  request('/v1/breaches', { method: 'POST', body });
/** One step in the file as the reader saw it: a colleague's step in between is refused. */
export const recordStep = (of: Breach, step: BreachStep): Promise<Breach> =>
  request(pathOf(of.breachId, '/steps'), {
    method: 'POST',
    body: { step },
    ifMatch: `"${of.sequence}"`,
  });
