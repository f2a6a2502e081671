import type { FastifyInstance } from 'fastify';
import type { ServerDeps } from '../deps.ts';
import { alertRoutes } from './alerts.ts';
import { breachRoutes } from './breaches.ts';
import { sessionRoutes } from './session.ts';

/** All operations of the review service. */
export function registerRoutes(app: FastifyInstance, deps: ServerDeps): void {
  sessionRoutes(app, deps);
  alertRoutes(app, deps);
}
