import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { isInside } from '../access.ts';
import { fromCursor, toCursor } from '../paging.ts';
import { route } from '../route.ts';
import {
  DeadLetterPage,
  DeadLetterQuery,
  Health,
  Receipt,
  ReferenceReport,
  ReferenceState,
  ReferenceUpload,
  SettingsView,
  Sources,
  Status,
} from '../schemas/operations.ts';
import type { RouteDeps } from '../seen.ts';

/** One delivery; bigger ones come in several. */
const MAX_EVENTS_BYTES = 16 * 1024 * 1024;
const MAX_REFERENCE_BYTES = 64 * 1024 * 1024;

export function operationRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { operations } = deps;
  route(app, 'readStatus', {
    summary: 'What the pipeline has done so far',
    response: Status,
    handler({ reviewer }) {
      const status = operations.status();
      const kept = isInside(reviewer.role) ? 0 : deps.directory.confidential().alerts;
      return { ...status, alerts: Math.max(0, status.alerts - kept) };
    },
  });
  route(app, 'listSources', {
    summary: 'Health of every source by its own rhythm',
    response: Sources,
    handler: () => operations.sources(),
  });
  route(app, 'listDeadLetters', {
    summary: 'Lines that could not be used, without their bytes',
    query: DeadLetterQuery,
    response: DeadLetterPage,
    async handler({ query }) {
      const [place] = query.cursor === undefined ? [0] : fromCursor(query.cursor);
      const offset = Math.max(0, Math.trunc(Number(place)) || 0);
      const { items, counts } = await operations.deadLetters(query.reason, offset, query.limit + 1);
      const shown = items.slice(0, query.limit);
      const nextCursor = items.length > query.limit ? toCursor([offset + query.limit]) : null;
      return { items: shown, nextCursor, counts };
    },
  });
  route(app, 'readSettings', {
    summary: 'Settings in force; never a secret',
    response: SettingsView,
    handler: () => deps.settings(),
  });
  route(app, 'readReference', {
    summary: 'Which reference data is in force',
    response: ReferenceState,
    handler() {
      const reference = deps.reference();
      return {
        ...{ version: reference.version, delivered: { ...reference.delivered } },
        ...{ officials: reference.officialCount(), population: reference.population },
      };
    },
  });
  route(app, 'readLiveness', {
    summary: 'Whether the process answers',
    response: Health,
    handler: () => ({ status: 'ok' as const, checks: [] }),
  });
  route(app, 'readReadiness', {
    summary: 'Whether requests can be taken; 503 when not',
    response: Health,
    async handler({ reply }) {
      const checks = (await operations.ready()).map(({ name, isOk, detail }) => ({
        ...{ name, status: isOk ? ('ok' as const) : ('fail' as const), detail },
      }));
      if (checks.some((c) => c.status === 'fail'))
        throw new AppError('ERR_REVIEW_LOG', 'A part of the service is not ready.');
      reply.header('Cache-Control', 'no-store');
      return { status: 'ok' as const, checks };
    },
  });
  const events: FastifyPluginAsync = async (bulk) => {
    bulk.addContentTypeParser(
      'application/x-ndjson',
      { parseAs: 'buffer', bodyLimit: MAX_EVENTS_BYTES },
      (_request, body, done) => done(null, body),
    );
    intakeRoute(bulk, deps);
  };
  const files: FastifyPluginAsync = async (bulk) => {
    bulk.addHook('onRoute', (options) => {
      options.bodyLimit = MAX_REFERENCE_BYTES;
    });
    referenceRoute(bulk, deps);
  };
  void app.register(events);
  void app.register(files);
}

function intakeRoute(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'sendEvents', {
    summary: 'Takes audit events as NDJSON; on disk before the answer',
    consumes: ['application/x-ndjson'],
    body: z.any().meta({ type: 'string', format: 'binary' }),
    status: 202,
    response: Receipt,
    async handler({ request }) {
      const bytes: unknown = request.body;
      if (!Buffer.isBuffer(bytes) || request.headers['content-encoding'] !== undefined)
        throw Object.assign(new Error('not NDJSON'), { statusCode: 415 });
      if (deps.intake === undefined)
        throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server takes no events.');
      const key = request.headers['idempotency-key'];
      const receipt = await deps.intake.append(bytes, typeof key === 'string' ? key : null);
      return {
        ...receipt,
        bytes: bytes.length,
        lines: countLines(bytes),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    },
  });
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return bytes.length > 0 && bytes.at(-1) !== 0x0a ? lines + 1 : lines;
}

function referenceRoute(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'uploadReference', {
    summary: 'Takes reference files; every bad row is reported by place',
    body: ReferenceUpload,
    status: 201,
    response: ReferenceReport,
    async handler({ body }) {
      if (deps.importReference === undefined)
        throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server takes no reference data.');
      if (Object.keys(body.files).length === 0)
        throw new AppError('ERR_REVIEW_REFUSED', 'Send at least one file.');
      return deps.importReference(body.files as Record<string, string>);
    },
  });
}
