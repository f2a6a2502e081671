import type { FastifyReply } from 'fastify';

const TITLES = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  421: 'Misdirected request',
  500: 'Internal error',
} as const;
export type ProblemStatus = keyof typeof TITLES;

export const isProblemStatus = (status: number): status is ProblemStatus => status in TITLES;

/** Answers with a problem (RFC 9457). `detail` holds no input of the caller and no identities. */
export const sendProblem = (
  reply: FastifyReply,
  status: ProblemStatus,
  detail: string,
): FastifyReply =>
  reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail }));
