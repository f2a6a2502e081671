import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/errors.ts';
import { route } from '../route.ts';
import { NewReplay, NewTrial, Replay, Trial } from '../schemas/trials.ts';
import type { RouteDeps } from '../seen.ts';

/** Reading before it counts, and reading again: what a log would become, and lines that were set aside. */
export function trialRoutes(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'trySource', {
    summary: 'What the first lines of a log become; nothing is kept',
    body: NewTrial,
    response: Trial,
    handler({ body }) {
      if (deps.trySource === undefined)
        throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server tries no sources.');
      return deps.trySource(body);
    },
  });
  route(app, 'replayDeadLetters', {
    summary: 'Reads lines that were set aside again; what has become readable is stored',
    body: NewReplay,
    response: Replay,
    handler({ body }) {
      if (deps.replayDeadLetters === undefined)
        throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server reads no lines again.');
      return deps.replayDeadLetters(body);
    },
  });
}
