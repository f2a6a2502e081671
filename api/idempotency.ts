import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import type { ServerDeps } from './deps.ts';

const KEPT_MS = 24 * 3_600_000;
const KEPT = 10_000;
/** RFC draft of the header: a string of the sender's choice, commonly a UUID. */
const KEY = /^[A-Za-z0-9_-]{8,128}$/;

type Kept = {
  bodyHash: string;
  at: number;
  answer: { status: number; type: string; text: string } | null;
};

declare module 'fastify' {
  interface FastifyRequest {
    idempotency: string | null;
  }
}

/**
 * A POST sent again with the same key gets the first answer again and has no second effect. Kept in
 * the memory of this process: across processes the sequence that steps carry does the same.
 */
export function idempotencyHooks(app: FastifyInstance, { now = Date.now }: ServerDeps): void {
  const kept = new Map<string, Kept>();
  app.decorateRequest('idempotency', null);
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.method !== 'POST' || request.caller === null) return undefined;
    if (typeof key !== 'string' || !KEY.test(key))
      throw new AppError(
        'ERR_REVIEW_REFUSED',
        'An idempotency key has 8 to 128 letters or digits.',
      );
    const { operation } = request.routeOptions.config;
    // Deliveries know their own repeats, on disk.
    if (operation === 'sendEvents') return undefined;
    const place = `${request.caller.reviewer.accountId} ${request.url} ${key}`;
    const bodyHash = hashOf(request);
    const known = kept.get(place);
    if (known !== undefined && now() - known.at < KEPT_MS) {
      if (known.bodyHash !== bodyHash)
        throw new AppError('ERR_REVIEW_REFUSED', 'This key was used for another request.');
      if (known.answer === null)
        throw new AppError('ERR_REVIEW_CONFLICT', 'The first request with this key still runs.');
      const { status, type, text } = known.answer;
      reply.code(status).header('content-type', type).header('Idempotency-Replayed', 'true');
      return reply.serializer((body: string) => body).send(text);
    }
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(place, { bodyHash, at: now(), answer: null });
    request.idempotency = place;
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const entry = request.idempotency === null ? undefined : kept.get(request.idempotency);
    if (entry === undefined || request.idempotency === null) return payload;
    const { statusCode: status } = reply;
    // Refusals may end differently next time; only what had an effect is kept.
    if (status >= 400 || typeof payload !== 'string') kept.delete(request.idempotency);
    else {
      const type = String(reply.getHeader('content-type') ?? 'application/json');
      entry.answer = { status, type, text: payload };
    }
    return payload;
  });
}

const hashOf = (request: FastifyRequest): string =>
  createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest('base64url');
