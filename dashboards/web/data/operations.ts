import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type {
  Backtest,
  BacktestPage,
  DeadLetterPage,
  DetectorChangePage,
  Detectors,
  NewReplay,
  NewShadowRun,
  NewTrial,
  Reference,
  Replay,
  ShadowRun,
  ShadowRunDetail,
  ShadowRunPage,
  Sources,
  Status,
  Trial,
} from './shapes.ts';

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => request<Status>('/v1/status', { signal }),
});
export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => request<Sources>('/v1/sources', { signal }),
});
export const referenceQuery = queryOptions({
  queryKey: ['reference'],
  queryFn: ({ signal }) => request<Reference>('/v1/reference', { signal }),
});
export const deadLettersQuery = infiniteQueryOptions({
  queryKey: ['dead-letters'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) => {
    const query = new URLSearchParams({ limit: '50' });
    if (pageParam !== null) query.set('cursor', pageParam);
    return request<DeadLetterPage>(`/v1/dead-letters?${query}`, { signal });
  },
  getNextPageParam: (page) => page.nextCursor,
});
/** Reads lines that were set aside again. */
export const replayDeadLetters = (body: NewReplay): Promise<Replay> =>
  request('/v1/dead-letters/replay', { method: 'POST', body });
/** What the first lines of a log become; they go in the body and are kept nowhere. */
export const trySource = (body: NewTrial): Promise<Trial> =>
  request('/v1/source-trials', { method: 'POST', body });
export const detectorsQuery = queryOptions({
  queryKey: ['detectors'],
  queryFn: ({ signal }) => request<Detectors>('/v1/detectors', { signal }),
});
export const detectorChangesQuery = (state?: string) =>
  queryOptions({
    queryKey: ['detector-changes', state ?? 'all'],
    queryFn: ({ signal }) =>
      request<DetectorChangePage>(
        `/v1/detector-changes?${new URLSearchParams({ limit: '100', ...(state === undefined ? {} : { state }) })}`,
        { signal },
      ),
  });
export const requestDetectorChange = (body: {
  detectorId: string;
  isEnabled: boolean;
  reason: string;
  decisionRef: string;
}): Promise<unknown> => request('/v1/detector-changes', { method: 'POST', body });

export const startBacktest = (body: {
  from: string;
  to: string;
  budget?: number;
}): Promise<Backtest> => request('/v1/backtests', { method: 'POST', body });
export const backtestsQuery = queryOptions({
  queryKey: ['backtests'],
  queryFn: ({ signal }) => request<BacktestPage>('/v1/backtests', { signal }),
});
export const backtestQuery = (backtestId: string) =>
  queryOptions({
    queryKey: ['backtest', backtestId],
    queryFn: ({ signal }) =>
      request<Backtest>(`/v1/backtests/${encodeURIComponent(backtestId)}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data === undefined || ['queued', 'running'].includes(state.data.state) ? 1_500 : false,
  });

export const shadowRunsQuery = queryOptions({
  queryKey: ['shadow-runs'],
  queryFn: ({ signal }) => request<ShadowRunPage>('/v1/shadow-runs', { signal }),
});
export const shadowRunQuery = (shadowId: string) =>
  queryOptions({
    queryKey: ['shadow-runs', shadowId],
    queryFn: ({ signal }) => request<ShadowRunDetail>(shadowPath(shadowId), { signal }),
  });
const shadowPath = (shadowId: string, below = ''): string =>
  `/v1/shadow-runs/${encodeURIComponent(shadowId)}${below}`;
export const requestShadowRun = (body: NewShadowRun): Promise<unknown> =>
  request('/v1/shadow-runs', { method: 'POST', body });
/** Ends it as the reader saw it: a colleague's step in between is refused. */
export const endShadowRun = (of: ShadowRun, reason: string): Promise<ShadowRun> =>
  request(shadowPath(of.shadowId, '/ending'), {
    method: 'POST',
    body: { reason },
    ifMatch: `"${of.sequence}"`,
  });
