import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { NewExtract, NewFinding, ResidentExtract, Sample, SamplePage } from './shapes.ts';

const pathOf = (sampleId: string): string => `/v1/samples/${encodeURIComponent(sampleId)}`;

export const samplesQuery = queryOptions({
  queryKey: ['samples'],
  queryFn: ({ signal }) => request<SamplePage>('/v1/samples?limit=20', { signal }),
});
export const sampleQuery = (sampleId: string) =>
  queryOptions({
    queryKey: ['sample', sampleId],
    queryFn: ({ signal }) => request<Sample>(pathOf(sampleId), { signal }),
  });
export const drawSample = (body: {
  from: string;
  to: string;
  seed: string;
  random: number;
  weighted: number;
}): Promise<Sample> => request('/v1/samples', { method: 'POST', body });
export const recordFinding = (sampleId: string, body: NewFinding): Promise<Sample> =>
  request(`${pathOf(sampleId)}/findings`, { method: 'POST', body });
export const makeExtract = (body: NewExtract): Promise<ResidentExtract> =>
  request('/v1/resident-extracts', { method: 'POST', body });
