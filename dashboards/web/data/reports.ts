import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { Report, Retention } from './shapes.ts';

export type ReportKind = Report['kind'];
export type ReportChoice = { kind: ReportKind; period: string; language: 'nl' | 'en' };

const pathOf = ({ kind, period, language }: ReportChoice, below = ''): string => {
  const query = new URLSearchParams({ language, ...(period === '' ? {} : { period }) });
  return `/v1/reports/${kind}${below}?${query}`;
};
export const reportQuery = (choice: ReportChoice) =>
  queryOptions({
    queryKey: ['report', choice],
    queryFn: ({ signal }) => request<Report>(pathOf(choice), { signal }),
  });
export const reportPdfAddress = (choice: ReportChoice): string => pathOf(choice, '/pdf');
export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: ({ signal }) => request<Retention>('/v1/retention', { signal }),
});
