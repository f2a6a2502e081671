import { queryOptions } from '@tanstack/react-query';
import type { Filters } from '../alerts/filters.ts';
import { request } from './client.ts';
import type { SavedViews } from './shapes.ts';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => request<SavedViews>('/v1/saved-views', { signal }),
});

export const saveView = (name: string, filters: Filters): Promise<unknown> =>
  request('/v1/saved-views', {
    method: 'POST',
    body: {
      name,
      query: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)),
    },
  });

export const removeView = (viewId: string): Promise<unknown> =>
  request(`/v1/saved-views/${encodeURIComponent(viewId)}`, { method: 'DELETE' });
