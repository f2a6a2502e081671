import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { Benchmark, Exchange, ImportedStatement, NewImport } from './shapes.ts';

/** Half-open, RFC 3339. */
export type ExchangePeriod = { from: string; to: string };

/** Own figures as others may have them, and the same signed. */
export const exchangeQuery = (period: ExchangePeriod) =>
  queryOptions({
    queryKey: ['exchange', 'own', period],
    queryFn: ({ signal }) =>
      request<Exchange>(`/v1/exchange?${new URLSearchParams(period)}`, { signal }),
  });
export const benchmarkQuery = (period: ExchangePeriod) =>
  queryOptions({
    queryKey: ['exchange', 'benchmark', period],
    queryFn: ({ signal }) =>
      request<Benchmark>(`/v1/exchange/benchmark?${new URLSearchParams(period)}`, { signal }),
  });
export const importExchange = (body: NewImport): Promise<ImportedStatement> =>
  request('/v1/exchange/imports', { method: 'POST', body });
