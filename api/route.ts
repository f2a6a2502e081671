import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import type { Reviewer } from '../review/reviewer.ts';
import type { Session } from '../review/sessions.ts';
import { accessOf, type Operation } from './access.ts';
import { problems } from './problem.ts';
import type { Seen } from './seen.ts';

/** Who is asking, as the hooks found out. */
export type Caller = {
  reviewer: Reviewer;
  /** Null for a machine with a token. */
  session: Session | null;
  secret: string | null;
  scopes: readonly string[];
};
/** What the review log will say about this request. */
export type Trace = { objectIds: string[]; code: string | null; isLogged: boolean };

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
  }
  interface FastifyInstance {
    seenBy(by: Reviewer): Seen;
  }
  interface FastifyRequest {
    caller: Caller | null;
    trace: Trace;
  }
}

type Shape = z.ZodType | undefined;
type Out<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;
export type Call<P extends Shape, Q extends Shape, B extends Shape> = {
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
  reviewer: Reviewer;
  /** Alerts and lookups as this caller may see them. */
  seen: Seen;
  caller: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
  /** The sequence that the caller saw: `If-Match`, or `sequence` in the body; null without. */
  expected: number | null;
  /** Names what this request shows or changes, for the review log. */
  touches(...ids: string[]): void;
};
export type RouteSpec<P extends Shape, Q extends Shape, B extends Shape, R extends z.ZodType> = {
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** Status of success; 200 when left out. */
  status?: 200 | 201 | 202;
  response: R;
  /** Media type of the answer where it is not JSON. */
  produces?: string;
  consumes?: string[];
  handler(call: Call<P, Q, B>): Promise<z.output<R>> | z.output<R>;
};

const NOBODY: Caller = {
  reviewer: {
    ...{ accountId: 'nobody', name: 'nobody', role: 'service', person: null },
    ...{ actors: [], persons: [] },
  },
  session: null,
  secret: null,
  scopes: [],
};
export const callerOf = (request: FastifyRequest): Caller => request.caller ?? NOBODY;

/** `"7"` or `W/"7"` to 7; null when absent or not ours. */
function ifMatch(request: FastifyRequest): number | null {
  const match = /^(?:W\/)?"(\d{1,7})"$/.exec(String(request.headers['if-match'] ?? ''));
  return match === null ? null : Number(match[1]);
}

/** Every status besides success that the hooks and this kind of operation can give. */
export function problemStatuses(operation: Operation, hasParams: boolean): number[] {
  const { method, roles } = accessOf(operation);
  const isWrite = method !== 'GET';
  return [
    ...[400, 406, 421, 429, 500, 503],
    ...(roles === 'public' ? (isWrite ? [401, 403] : [401]) : [401, 403]),
    ...(hasParams ? [404] : []),
    ...(isWrite ? [404, 409, 413, 415, 422, 428] : [409]),
  ].sort((a, b) => a - b);
}

/** Registers an operation of the table of access; one that is not there does not compile. */
export function route<P extends Shape, Q extends Shape, B extends Shape, R extends z.ZodType>(
  app: FastifyInstance,
  operation: Operation,
  spec: RouteSpec<P, Q, B, R>,
): void {
  const { method, url, object } = accessOf(operation);
  const { params, query, body, status = 200, response, summary, handler, produces } = spec;
  app.route({
    method: method as HTTPMethods,
    url,
    config: { operation },
    schema: {
      operationId: operation,
      summary,
      tags: [object],
      ...(params === undefined ? {} : { params }),
      querystring: query ?? z.strictObject({}),
      ...(body === undefined ? {} : { body }),
      ...(spec.consumes === undefined ? {} : { consumes: spec.consumes }),
      response: {
        [status]:
          produces === undefined ? response : { content: { [produces]: { schema: response } } },
        ...problems(...new Set(problemStatuses(operation, params !== undefined))),
      },
    },
    async handler(request, reply) {
      const caller = callerOf(request);
      const stated = (request.body as { sequence?: number } | null | undefined)?.sequence;
      const answer = await handler({
        // The compiler of the schema has checked them.
        params: request.params as Out<P>,
        query: request.query as Out<Q>,
        body: request.body as Out<B>,
        reviewer: caller.reviewer,
        seen: app.seenBy(caller.reviewer),
        caller,
        request,
        reply,
        expected: ifMatch(request) ?? stated ?? null,
        touches: (...ids) => request.trace.objectIds.push(...ids),
      });
      if (reply.sent) return reply;
      const sequence = (answer as { sequence?: unknown } | null)?.sequence;
      if (typeof sequence === 'number') reply.header('ETag', `"${sequence}"`);
      if (reply.statusCode === 200) reply.code(status);
      return reply.send(answer);
    },
  });
}

export const absent = (what: string): AppError =>
  new AppError('ERR_REVIEW_ABSENT', `There is no ${what} with this id.`);
export const Done = z.object({ isDone: z.literal(true) }).meta({ id: 'Done' });
export const DONE = { isDone: true } as const;
