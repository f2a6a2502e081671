import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { CASE_STEPS, type Case } from '../../review/case.ts';
import { caseFor, isConfidentialCase, isHandlerOf } from '../../review/case-work.ts';
import { openTokens } from '../../review/reveal.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import {
  ask,
  decideRequest,
  requestAt,
  requestFold,
  requestOf,
  type TwoPersonRequest,
} from '../../review/two-person-request.ts';
import { pageOf } from '../paging.ts';
import { route } from '../route.ts';
import { CaseParams, Decide } from '../schemas/cases.ts';
import { Export, ExportPage, ExportParams, ExportQuery, NewExport } from '../schemas/exports.ts';
import type { RouteDeps } from '../seen.ts';
import { toRequest, visibleCases } from '../views/cases.ts';

type Job = { job?: 'running' | 'done' | 'failed'; sha256?: string; sizeBytes?: number };

function toExport(by: Reviewer, request: TwoPersonRequest): z.output<typeof Export> {
  // Written by this file alone: the shape is ours.
  const data = request.data as Job & { caseId: string; identities: 'token' | 'revealed' };
  return {
    ...{ exportId: request.id, caseId: data.caseId, identities: data.identities },
    ...{ job: data.job ?? 'waiting', sha256: data.sha256 ?? null },
    sizeBytes: data.sizeBytes ?? null,
    ...toRequest(by, request, true),
  };
}

export function exportRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  const exportFor = (by: Reviewer, exportId: string): TwoPersonRequest => {
    const request = requestOf(journal, 'export', exportId);
    caseFor(deps, by, String(request.data['caseId']));
    return request;
  };
  /** What a source calls confidential goes to whoever handles the case, and to no other investigator. */
  const assertHandles = (by: Reviewer, kase: Case): void => {
    if (isConfidentialCase(deps, kase) && !isHandlerOf(by, kase))
      throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'Only whoever handles the case may do this.');
  };
  route(app, 'listExports', {
    summary: 'Evidence packages asked for, newest first',
    query: ExportQuery,
    response: ExportPage,
    handler({ query, reviewer }) {
      const cases = new Set(visibleCases(deps, reviewer).map((c) => c.caseId));
      const found = [...journal.all(requestFold, 'export')]
        .map((request) => toExport(reviewer, requestAt(request, journal.now())))
        .filter(
          (e) =>
            cases.has(e.caseId) &&
            (query.caseId === undefined || e.caseId === query.caseId) &&
            (query.state === undefined || e.state === query.state),
        )
        .sort((a, b) => b.requestedAt - a.requestedAt);
      return pageOf(found, (e) => e.exportId, query.cursor, query.limit);
    },
  });
  route(app, 'requestExport', {
    summary: 'Asks for the evidence package of a case',
    params: CaseParams,
    body: NewExport,
    status: 201,
    response: Export,
    async handler({ params: { caseId }, body, reviewer, touches }) {
      const kase = caseFor(deps, reviewer, caseId);
      assertHandles(reviewer, kase);
      if (!(CASE_STEPS.export as readonly string[]).includes(kase.state))
        throw new AppError('ERR_REVIEW_TRANSITION', 'The state of the case does not allow this.');
      if (body.identities === 'revealed' && openTokens(deps, reviewer, caseId).size === 0)
        throw new AppError('ERR_REVIEW_NOT_COVERED', 'There is no open reveal of this case.');
      const { identities, reason } = body;
      const request = await ask(journal, 'export', reviewer, reason, { caseId, identities });
      touches(request.id);
      return toExport(reviewer, request);
    },
  });
  route(app, 'readExport', {
    summary: 'One package and how far it is',
    params: ExportParams,
    response: Export,
    handler: ({ params, reviewer }) => toExport(reviewer, exportFor(reviewer, params.exportId)),
  });
  for (const isApproved of [true, false])
    route(app, isApproved ? 'approveExport' : 'refuseExport', {
      summary: isApproved ? 'Agrees, as another person in another role' : 'Does not agree',
      params: ExportParams,
      body: Decide,
      response: Export,
      async handler({ params: { exportId }, body, reviewer, expected }) {
        exportFor(reviewer, exportId);
        const decided = await decideRequest(
          ...([journal, 'export', reviewer, exportId] as const),
          { isApproved, reason: body.reason, needsOtherRole: true },
          expected,
        );
        if (isApproved && deps.packages !== undefined) void makePackage(deps, reviewer, decided);
        return toExport(reviewer, decided);
      },
    });
  route(app, 'downloadExport', {
    summary: 'The package itself, once agreed and made',
    params: ExportParams,
    produces: 'application/zip',
    response: z.any().meta({ type: 'string', format: 'binary' }),
    async handler({ params: { exportId }, reviewer, reply }) {
      const { state, data } = exportFor(reviewer, exportId);
      assertHandles(reviewer, caseFor(deps, reviewer, String(data['caseId'])));
      if (state !== 'approved')
        throw new AppError('ERR_REVIEW_TRANSITION', 'Nobody has agreed to this yet.', { state });
      const made = await deps.packages?.read(exportId);
      if (made === undefined || made === null)
        throw new AppError('ERR_REVIEW_TRANSITION', 'The package has not been made yet.');
      reply
        .type('application/zip')
        .header('Content-Disposition', `attachment; filename="${exportId}.zip"`)
        .header('Repr-Digest', `sha-256=:${Buffer.from(made.sha256, 'hex').toString('base64')}:`);
      return made.bytes;
    },
  });
}

/** Makes the package after the answer has gone; how it ended stands in the history. */
async function makePackage(
  deps: RouteDeps,
  by: Reviewer,
  { id, data }: TwoPersonRequest,
): Promise<void> {
  const note = (job: Job): Promise<unknown> =>
    deps.journal.record(requestFold, 'export', id, by, null, () => ({ type: 'job', data: job }));
  try {
    await note({ job: 'running' });
    // Asked for in this shape by `requestExport`.
    const { caseId, identities } = data as { caseId: string; identities: 'token' | 'revealed' };
    await deps.packages?.make(id, caseId, identities);
    const made = await deps.packages?.read(id);
    await note({ job: 'done', sha256: made?.sha256 ?? '', sizeBytes: made?.bytes.length ?? 0 });
  } catch (error) {
    deps.logger?.error({ err: error }, 'export_failed');
    await note({ job: 'failed' });
  }
}
