import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type {
  CaseDetail,
  CasePage,
  EvidenceExport,
  ExportPage,
  HistoryEntry,
  NewCase,
  NewReveal,
  Reveal,
  RevealPage,
  RevealView,
  SuppressionPage,
} from './shapes.ts';

const PAGE = 100;
const casePath = (caseId: string, below = ''): string =>
  `/v1/cases/${encodeURIComponent(caseId)}${below}`;
/** What is changed and which state of it the reader saw: a colleague's step in between is refused. */
export type Seen = { sequence: number };
export type SeenCase = Seen & { caseId: string };
const send = <T = unknown>(path: string, body: unknown = {}, seen?: Seen): Promise<T> =>
  request<T>(path, {
    method: 'POST',
    body,
    ifMatch: seen === undefined ? undefined : `"${seen.sequence}"`,
  });

export const casesQuery = (filters: { state?: string | undefined; assignee?: 'me' | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['cases', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      for (const [name, value] of Object.entries(filters))
        if (value !== undefined) query.set(name, value);
      if (pageParam !== null) query.set('cursor', pageParam);
      return request<CasePage>(`/v1/cases?${query}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });
export const caseQuery = (caseId: string) =>
  queryOptions({
    queryKey: ['case', caseId],
    queryFn: ({ signal }) => request<CaseDetail>(casePath(caseId), { signal }),
  });
export const caseHistoryQuery = (caseId: string) =>
  queryOptions({
    queryKey: ['case', caseId, 'history'],
    queryFn: ({ signal }) =>
      request<{ items: HistoryEntry[] }>(casePath(caseId, '/history'), { signal }),
  });

export const openCase = (body: NewCase): Promise<CaseDetail> => send('/v1/cases', body);
export const addNote = ({ caseId }: SeenCase, text: string) =>
  send(casePath(caseId, '/notes'), { text });
const step = (of: SeenCase, below: string, body: unknown): Promise<unknown> =>
  send(casePath(of.caseId, below), body, of);
export const assignCase = (of: SeenCase, assignee: string) => step(of, '/assignment', { assignee });
export const unlinkAlert = (of: SeenCase, alertId: string, reason: string) =>
  step(of, '/unlinks', { alertId, reason });
export const askHearing = (of: SeenCase, to: 'official' | 'manager', alertId: string) =>
  step(of, '/hearings', { to, alertId });
/** The answer word for word; null records that none came. */
export const recordAnswer = (of: SeenCase, hearingId: string, text: string | null) =>
  step(
    of,
    `/hearings/${encodeURIComponent(hearingId)}/answer`,
    text === null ? { noAnswer: true } : { text },
  );
export const referCase = (of: SeenCase, reason: string, isSilent: boolean) =>
  step(of, '/referral', { reason, isSilent });
export const proposeClosing = (
  of: SeenCase,
  body: { disposition: string; reason: string; exception?: string },
) => step(of, '/closing', body);
export const decideClosing = (of: SeenCase, isApproved: boolean, reason: string) =>
  step(of, `/closing/${isApproved ? 'approval' : 'refusal'}`, { reason });
export const reopenCase = (of: SeenCase, reason: string) => step(of, '/reopening', { reason });
export const releaseHold = (of: SeenCase, reason: string) => step(of, '/hold/release', { reason });

type Scope = { caseId?: string | undefined; state?: string | undefined };
const scoped = (path: string, scope: Scope): string => {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries(scope))
    if (value !== undefined) query.set(name, value);
  return `${path}?${query}`;
};
export const revealsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['reveals', scope],
    queryFn: ({ signal }) => request<RevealPage>(scoped('/v1/reveals', scope), { signal }),
  });
export const exportsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['exports', scope],
    queryFn: ({ signal }) => request<ExportPage>(scoped('/v1/exports', scope), { signal }),
    // A package that is being made moves on by itself.
    refetchInterval: ({ state }) =>
      state.data?.items.some((e) => e.job === 'waiting' || e.job === 'running') ? 2_000 : false,
  });
export const suppressionsQuery = (scope: { state?: string | undefined }) =>
  queryOptions({
    queryKey: ['suppressions', scope],
    queryFn: ({ signal }) =>
      request<SuppressionPage>(scoped('/v1/suppressions', scope), { signal }),
  });

export const requestReveal = (caseId: string, body: NewReveal): Promise<Reveal> =>
  send(casePath(caseId, '/reveals'), body);
export const viewReveal = (revealId: string): Promise<RevealView> =>
  send(`/v1/reveals/${encodeURIComponent(revealId)}/views`);
export const closeReveal = ({ revealId, sequence }: Reveal, reason: string) =>
  send(`/v1/reveals/${encodeURIComponent(revealId)}/closing`, { reason }, { sequence });
export const requestExport = (
  caseId: string,
  identities: 'token' | 'revealed',
  reason: string,
): Promise<EvidenceExport> => send(casePath(caseId, '/exports'), { identities, reason });
export const packageAddress = (exportId: string): string =>
  `/v1/exports/${encodeURIComponent(exportId)}/package`;

export type RequestKind =
  | 'reveals'
  | 'exports'
  | 'suppressions'
  | 'detector-changes'
  | 'shadow-runs';
/** The second person's answer to a request of another. */
export type SeenRequest = Seen & { id: string };
export const decideRequest = (
  kind: RequestKind,
  of: SeenRequest,
  isApproved: boolean,
  reason: string,
) =>
  send(
    `/v1/${kind}/${encodeURIComponent(of.id)}/${isApproved ? 'approval' : 'refusal'}`,
    { reason },
    of,
  );
