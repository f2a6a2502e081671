import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { BacktestRunner } from '../deps.ts';
import { pageOf } from '../paging.ts';
import { absent, route } from '../route.ts';
import { Backtest, BacktestPage, BacktestParams, NewBacktest } from '../schemas/backtests.ts';
import { ListQuery } from '../schemas/shapes.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { toRef } from '../views/people.ts';

type Job = z.output<typeof Backtest>;
/** What has been under way for longer, and not here, went down with its process. */
const LOST_MS = 6 * HOUR_MS;

export const runnerOf = ({ backtests }: RouteDeps): BacktestRunner => {
  if (backtests !== undefined) return backtests;
  throw new AppError('ERR_REVIEW_UNAVAILABLE', 'This server runs no backtests.');
};

/** A comparison without alerts that became confidential since it was made; its numbers name nobody. */
export const shownOf = (
  { directory }: Seen,
  result: NonNullable<Job['result']>,
): NonNullable<Job['result']> => ({
  ...result,
  won: result.won.filter((a) => directory.mayName(a.alertId)),
  lost: result.lost.filter((a) => directory.mayName(a.alertId)),
});

export function backtestRoutes(app: FastifyInstance, deps: RouteDeps): void {
  /** Under way here. */
  const jobs = new Map<string, Job>();
  let running: Promise<void> = Promise.resolve();
  const run = async (job: Job, input: z.output<typeof NewBacktest>): Promise<void> => {
    const runner = runnerOf(deps);
    job.state = 'running';
    try {
      const result = await runner.run(input, (share) => {
        job.progress = share;
      });
      Object.assign(job, { state: 'done', progress: 1, result });
    } catch (error) {
      deps.logger?.error({ err: error }, 'backtest_failed');
      const failure = error instanceof AppError ? error.code : 'ERR_API_INTERNAL';
      Object.assign(job, { state: 'failed', failure });
    }
    try {
      await runner.save(job);
      jobs.delete(job.backtestId);
    } catch (error) {
      // It stays readable here for as long as the process runs.
      deps.logger?.error({ err: error }, 'backtest_not_kept');
    }
  };
  /** As it stands: what runs here says how far it is. */
  const current = (job: Job): Job => {
    const isOver = job.state === 'done' || job.state === 'failed';
    if (isOver || jobs.has(job.backtestId)) return jobs.get(job.backtestId) ?? job;
    const isLost = deps.journal.now() - job.requestedAt > LOST_MS;
    return isLost ? { ...job, state: 'failed', failure: 'ERR_API_INTERNAL' } : job;
  };
  route(app, 'startBacktest', {
    summary: 'Runs other settings over stored history; alerts stay as they are',
    body: NewBacktest,
    status: 202,
    response: Backtest,
    async handler({ body, reviewer, touches }) {
      const runner = runnerOf(deps);
      if (body.to <= body.from)
        throw new AppError('ERR_REVIEW_REFUSED', 'The window ends after it begins.');
      const job: Job = {
        ...(await runner.plan(body)),
        ...{ backtestId: `b-${randomUUID()}`, state: 'queued', from: body.from, to: body.to },
        ...{ requestedAt: deps.journal.now(), requestedBy: toRef(reviewer), progress: 0 },
        ...{ result: null, failure: null },
      };
      await runner.save(job);
      jobs.set(job.backtestId, job);
      touches(job.backtestId);
      // One after the other: detection over months takes the machine.
      running = running.then(() => run(job, body));
      return { ...job };
    },
  });
  route(app, 'listBacktests', {
    summary: 'Backtests and how far they are, newest first',
    query: ListQuery,
    response: BacktestPage,
    async handler({ query }) {
      const found = (await runnerOf(deps).list()).map(current);
      return pageOf(found, (b) => b.backtestId, query.cursor, query.limit);
    },
  });
  route(app, 'readBacktest', {
    summary: 'How far a backtest is, and what it won and lost',
    params: BacktestParams,
    response: Backtest,
    async handler({ params: { backtestId }, seen }) {
      const job = jobs.get(backtestId) ?? (await runnerOf(deps).get(backtestId));
      if (job === null) throw absent('backtest');
      const { result, ...rest } = current(job);
      return { ...rest, result: result === null ? null : shownOf(seen, result) };
    },
  });
}
