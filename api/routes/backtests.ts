import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { ServerDeps } from '../deps.ts';
import { absent, route } from '../route.ts';
import { Backtest, BacktestParams, NewBacktest } from '../schemas/detectors.ts';
import { toRef } from '../views/people.ts';

/** Results are kept for as long as the process runs; what counts can be run again. */
const KEPT = 50;

export function backtestRoutes(app: FastifyInstance, deps: ServerDeps): void {
  const jobs = new Map<string, z.output<typeof Backtest>>();
  let running: Promise<void> = Promise.resolve();
  const run = async (job: z.output<typeof Backtest>, input: z.output<typeof NewBacktest>) => {
    job.state = 'running';
    try {
      const result = await deps.backtests?.run(input, (share) => {
        job.progress = share;
      });
      Object.assign(job, { state: 'done', progress: 1, result: result ?? null });
    } catch (error) {
      deps.logger?.error({ err: error }, 'backtest_failed');
      const failure = error instanceof AppError ? error.code : 'ERR_API_INTERNAL';
      Object.assign(job, { state: 'failed', failure });
    }
  };
  route(app, 'startBacktest', {
    summary: 'Runs other settings over stored history; alerts stay as they are',
    body: NewBacktest,
    status: 202,
    response: Backtest,
    handler({ body, reviewer, touches }) {
      if (deps.backtests === undefined)
        throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server runs no backtests.');
      if (body.to <= body.from)
        throw new AppError('ERR_REVIEW_REFUSED', 'The window ends after it begins.');
      const job: z.output<typeof Backtest> = {
        ...{ backtestId: `b-${randomUUID()}`, state: 'queued', from: body.from, to: body.to },
        ...{ requestedAt: deps.journal.now(), requestedBy: toRef(reviewer), progress: 0 },
        ...{ result: null, failure: null },
      };
      const [oldest] = jobs.keys();
      if (jobs.size >= KEPT && oldest !== undefined) jobs.delete(oldest);
      jobs.set(job.backtestId, job);
      touches(job.backtestId);
      // One after the other: detection over months takes the machine.
      running = running.then(() => run(job, body));
      return { ...job };
    },
  });
  route(app, 'readBacktest', {
    summary: 'How far a backtest is, and what it won and lost',
    params: BacktestParams,
    response: Backtest,
    handler({ params }) {
      const job = jobs.get(params.backtestId);
      if (job === undefined) throw absent('backtest');
      return job;
    },
  });
}
