import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type {
  ChainCheck,
  CommonAccess,
  CommonAccessResult,
  Coverage,
  ReviewLogPage,
  SearchRequest,
  SearchResult,
  Statistics,
} from './shapes.ts';

export const statisticsQuery = (period: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['statistics', period],
    queryFn: ({ signal }) =>
      request<Statistics>(`/v1/statistics?${new URLSearchParams(period)}`, { signal }),
  });

export const coverageQuery = (period: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['coverage', period],
    queryFn: ({ signal }) =>
      request<Coverage>(`/v1/coverage?${new URLSearchParams(period)}`, { signal }),
  });

export type LogFilters = {
  objectId?: string | undefined;
  operation?: string | undefined;
  onlyRefused?: 'true' | undefined;
};
export const reviewLogQuery = (filters: LogFilters) =>
  infiniteQueryOptions({
    queryKey: ['review-log', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '100' });
      for (const [name, value] of Object.entries(filters))
        if (value !== undefined) query.set(name, value);
      if (pageParam !== null) query.set('cursor', pageParam);
      return request<ReviewLogPage>(`/v1/review-log?${query}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });
export const checkLog = (): Promise<ChainCheck> => request('/v1/review-log/verification');

/** Who looked: a POST, so that no identity is ever part of an address. */
export const search = (body: SearchRequest): Promise<SearchResult> =>
  request('/v1/searches', { method: 'POST', body });
/** Which officials looked at more of these persons than chance allows; their numbers go in the body alone. */
export const findCommonAccess = (body: CommonAccess): Promise<CommonAccessResult> =>
  request('/v1/common-access', { method: 'POST', body });
