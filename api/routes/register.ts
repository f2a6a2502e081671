import type { FastifyInstance } from 'fastify';
import type { ServerDeps } from '../deps.ts';
import { accountRoutes } from './accounts.ts';
import { alertRoutes } from './alerts.ts';
import { backtestRoutes } from './backtests.ts';
import { breachRoutes } from './breaches.ts';
import { caseRoutes } from './cases.ts';
import { detectorRoutes } from './detectors.ts';
import { exportRoutes } from './exports.ts';
import { oidcRoutes } from './oidc.ts';
import { operationRoutes } from './operations.ts';
import { oversightRoutes } from './oversight.ts';
import { ownThingsRoutes } from './own-things.ts';
import { pictureRoutes } from './pictures.ts';
import { revealRoutes } from './reveals.ts';
import { sampleRoutes } from './samples.ts';
import { searchRoutes } from './searches.ts';
import { sessionRoutes } from './session.ts';
import { shadowRunRoutes } from './shadow-runs.ts';
import { streamRoutes } from './stream.ts';
import { suppressionRoutes } from './suppressions.ts';

/** All operations of the review service. */
export function registerRoutes(app: FastifyInstance, deps: ServerDeps): void {
  sessionRoutes(app, deps);
  oidcRoutes(app, deps);
  accountRoutes(app, deps);
  alertRoutes(app, deps);
  pictureRoutes(app, deps);
  searchRoutes(app, deps);
  caseRoutes(app, deps);
  revealRoutes(app, deps);
  suppressionRoutes(app, deps);
  exportRoutes(app, deps);
  detectorRoutes(app, deps);
  backtestRoutes(app, deps);
  shadowRunRoutes(app, deps);
  oversightRoutes(app, deps);
  sampleRoutes(app, deps);
  breachRoutes(app, deps);
  ownThingsRoutes(app, deps);
  operationRoutes(app, deps);
  streamRoutes(app, deps);
}
