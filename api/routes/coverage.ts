import type { FastifyInstance } from 'fastify';
import { DAY_MS } from '../../domain/time.ts';
import { route } from '../route.ts';
import { CoverageAnswer, CoverageQuery } from '../schemas/coverage.ts';
import type { RouteDeps } from '../seen.ts';

const PERIOD_MS = 92 * DAY_MS;

export function coverageRoutes(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'readCoverage', {
    summary: 'Which events were judged by which detector, which were not and why; signed',
    query: CoverageQuery,
    response: CoverageAnswer,
    async handler({ query }) {
      const to = query.to ?? deps.journal.now();
      return deps.desk.coverage({ from: query.from ?? to - PERIOD_MS, to });
    },
  });
}
