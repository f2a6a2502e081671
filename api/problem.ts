import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AppError, ErrorKind } from '../domain/errors.ts';
import { Problem } from './schemas/shapes.ts';

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Refused',
  428: 'Precondition required',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
};
const STATUS: Partial<Record<ErrorKind, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  absent: 404,
  conflict: 409,
  refused: 422,
  input: 422,
  precondition: 428,
  retry: 503,
};
export const statusOf = (error: AppError): number => STATUS[error.kind] ?? 500;

type ProblemMore = Partial<Pick<z.output<typeof Problem>, 'errors' | 'sequence' | 'changes'>>;
/** Answers with a problem (RFC 9457). `detail` holds no input of the caller and no identities. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  more: ProblemMore = {},
): FastifyReply {
  return reply
    .serializer((text: string) => text)
    .send(problemText(reply, status, code, detail, more));
}

/** The same as text, for where an answer is on its way already. */
export function problemText(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  more: ProblemMore = {},
): string {
  const problem = { type: 'about:blank', title: TITLES[status] ?? 'Problem', status, detail, code };
  reply.code(status).header('content-type', 'application/problem+json; charset=utf-8');
  return JSON.stringify(z.encode(Problem, { ...problem, ...more }));
}

/** What a refusal of a use case says to its caller. */
export function sendAppError(reply: FastifyReply, error: AppError): FastifyReply {
  const { sequence, changes } = error.details as ProblemMore; // made by the journal alone
  const more = error.code === 'ERR_REVIEW_CONFLICT' && sequence !== undefined;
  return sendProblem(
    reply,
    statusOf(error),
    error.code,
    statusOf(error) === 500 ? 'The request failed; the log says why.' : error.message,
    more ? { sequence, changes: changes ?? [] } : {},
  );
}

/** The statuses that an operation can answer with besides its own, for the OpenAPI document. */
export const problems = (...statuses: number[]): Record<number, unknown> =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: TITLES[status] ?? 'Problem',
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
