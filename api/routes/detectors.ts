import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import {
  ask,
  decideRequest,
  requestAt,
  requestFold,
  type TwoPersonRequest,
} from '../../review/two-person-request.ts';
import { pageOf } from '../paging.ts';
import { absent, route } from '../route.ts';
import { Decide } from '../schemas/cases.ts';
import {
  ChangeParams,
  Detector,
  DetectorChange,
  DetectorChangePage,
  DetectorChangeQuery,
  DetectorParams,
  Detectors,
  NewDetectorChange,
} from '../schemas/detectors.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { reviewOf } from '../views/alerts.ts';
import { toRequest } from '../views/cases.ts';

const JUDGED = new Set([
  'explained',
  'work-practice',
  'detector-error',
  'suspicion',
  'inconclusive',
]);
const RIGHT = new Set(['suspicion', 'work-practice']);

function toChange(by: Reviewer, request: TwoPersonRequest): z.output<typeof DetectorChange> {
  // Written by this file alone: the shape is ours.
  const { detectorId, isEnabled, settings, decisionRef } = request.data as Pick<
    z.output<typeof DetectorChange>,
    'detectorId' | 'isEnabled' | 'settings' | 'decisionRef'
  >;
  return {
    ...{ changeId: request.id, detectorId, isEnabled, settings, decisionRef },
    ...toRequest(by, request, false),
  };
}

/** Per detector: alerts, those judged, and of those the ones that were right. */
export function tally(deps: Seen, from: number, to: number) {
  const counts = new Map<
    string,
    { alerts: number; judged: number; right: number; errors: number }
  >();
  for (const row of deps.directory.all()) {
    if (row.openedAt < from || row.openedAt >= to) continue;
    const { state } = reviewOf(deps, row.alertId);
    for (const detector of row.detectors) {
      const count = counts.get(detector) ?? { alerts: 0, judged: 0, right: 0, errors: 0 };
      counts.set(detector, count);
      count.alerts += 1;
      if (JUDGED.has(state)) count.judged += 1;
      if (RIGHT.has(state)) count.right += 1;
      if (state === 'detector-error') count.errors += 1;
    }
  }
  return counts;
}

export function detectorRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  const register = (seen: Seen): z.output<typeof Detector>[] => {
    const counts = tally(seen, 0, Number.POSITIVE_INFINITY);
    return deps.detectors().map((detector) => {
      const { alerts = 0, judged = 0, right = 0 } = counts.get(detector.detectorId) ?? {};
      // Under five judged a share says more about a person than about a detector.
      return { ...detector, alerts, judged, precision: judged < 5 ? null : right / judged };
    });
  };
  route(app, 'listDetectors', {
    summary: 'The register: what runs, why, with which known faults',
    response: Detectors,
    handler: ({ seen }) => ({ items: register(seen) }),
  });
  route(app, 'readDetector', {
    summary: 'One detector',
    params: DetectorParams,
    response: Detector,
    handler({ params, seen }) {
      const found = register(seen).find((d) => d.detectorId === params.detectorId);
      if (found === undefined) throw absent('detector');
      return found;
    },
  });
  route(app, 'listDetectorChanges', {
    summary: 'Changes asked for, newest first',
    query: DetectorChangeQuery,
    response: DetectorChangePage,
    handler({ query, reviewer }) {
      const found = [...journal.all(requestFold, 'detector-change')]
        .map((request) => toChange(reviewer, requestAt(request, journal.now())))
        .filter((c) => query.state === undefined || c.state === query.state)
        .sort((a, b) => b.requestedAt - a.requestedAt);
      return pageOf(found, (c) => c.changeId, query.cursor, query.limit);
    },
  });
  route(app, 'requestDetectorChange', {
    summary: 'Asks for other settings of a detector',
    body: NewDetectorChange,
    status: 201,
    response: DetectorChange,
    async handler({ body, reviewer, touches }) {
      const { detectorId, isEnabled = null, settings = null, reason, decisionRef } = body;
      const detector = deps.detectors().find((d) => d.detectorId === detectorId);
      if (detector === undefined) throw absent('detector');
      // Whether a detector may run at all follows from the decision in the settings file.
      if (isEnabled !== null || settings === null)
        throw new AppError('ERR_REVIEW_REFUSED', 'Say which settings should change.');
      const unknown = Object.keys(settings ?? {}).filter(
        (key) => !(key in ((detector.schema['properties'] as object | undefined) ?? {})),
      );
      if (unknown.length > 0)
        throw new AppError('ERR_REVIEW_REFUSED', 'The detector does not have such a setting.');
      const data = { detectorId, isEnabled, settings, decisionRef };
      const request = await ask(journal, 'detector-change', reviewer, reason, data);
      touches(request.id);
      return toChange(reviewer, request);
    },
  });
  for (const isApproved of [true, false])
    route(app, isApproved ? 'approveDetectorChange' : 'refuseDetectorChange', {
      summary: isApproved ? 'Agrees, as a second person' : 'Does not agree',
      params: ChangeParams,
      body: Decide,
      response: DetectorChange,
      async handler({ params: { changeId }, body, reviewer, expected }) {
        const decision = { isApproved, reason: body.reason };
        const decided = await decideRequest(
          ...([journal, 'detector-change', reviewer, changeId, decision, expected] as const),
        );
        return toChange(reviewer, decided);
      },
    });
}
