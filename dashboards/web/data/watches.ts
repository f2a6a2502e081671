import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { NewWatch, Tasks, Watch, WatchLookups, WatchPage } from './shapes.ts';

const pathOf = (watchId: string, below: string): string =>
  `/v1/watches/${encodeURIComponent(watchId)}${below}`;

export const watchesQuery = queryOptions({
  queryKey: ['watches'],
  queryFn: ({ signal }) => request<WatchPage>('/v1/watches?limit=100', { signal }),
});
export const watchLookupsQuery = (watchId: string) =>
  queryOptions({
    queryKey: ['watch-lookups', watchId],
    queryFn: ({ signal }) => request<WatchLookups>(pathOf(watchId, '/lookups'), { signal }),
  });
export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: ({ signal }) => request<Tasks>('/v1/tasks', { signal }),
});

export const requestWatch = (caseId: string, body: NewWatch): Promise<Watch> =>
  request(`/v1/cases/${encodeURIComponent(caseId)}/watches`, { method: 'POST', body });
/** A step of a watch as the reader saw it: a colleague's step in between is refused. */
const step = (of: Watch, below: string, body: unknown): Promise<Watch> =>
  request(pathOf(of.watchId, below), { method: 'POST', body, ifMatch: `"${of.sequence}"` });
export const decideWatch = (of: Watch, isApproved: boolean, reason: string) =>
  step(of, isApproved ? '/approval' : '/refusal', { reason });
export const endWatch = (of: Watch, reason: string) => step(of, '/ending', { reason });
export const discloseWatch = (
  of: Watch,
  body: { informedAt: string; how: string; reason: string },
) => step(of, '/disclosure', body);
export const postponeDisclosure = (of: Watch, body: { until: string; reason: string }) =>
  step(of, '/postponement', body);
