import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { ReviewerLookup } from '../api/deps.ts';
import type { AuditEvent } from '../domain/event.ts';
import { OWN_SYSTEM } from '../domain/product.ts';
import type { EventSink } from '../pipeline/ingestion.ts';
import type { Workspace } from './workspace.ts';

const toEvent = (
  actor: AuditEvent['actor'],
  subject: AuditEvent['subject'],
  lookup: ReviewerLookup,
): AuditEvent => ({
  ...{ eventId: randomUUID(), requestId: null, occurredAt: lookup.at, system: OWN_SYSTEM },
  ...{ instance: '', sequence: null, actor, outcome: 'success', subject, subjectMunicipality: '' },
  ...{ action: lookup.operation === 'search' ? 'search' : 'view', object: null, queryKey: null },
  ...{ resultCount: null, fields: [], caseRef: null, emergency: false, host: null, session: null },
  isDateOnly: false,
});

/**
 * Who watches is watched: what reviewers look up becomes events for the same detectors. Stored beside
 * the review log, which has been written by then; a failure here is told and takes nothing away.
 */
export const reviewerLookups =
  (
    { tokens }: Workspace,
    sink: Pick<EventSink, 'flushIdentities' | 'write'>,
    observe: (events: AuditEvent[]) => void,
    newestAt: () => number,
    log: Logger,
  ) =>
  (lookup: ReviewerLookup): void => {
    // The clock of the logs: in a replay the one on the wall would end the days that are being judged.
    const at = Math.min(lookup.at, newestAt());
    if (at <= 0) return;
    const own = lookup.actors[0] ?? tokens.actor(`${OWN_SYSTEM}:${lookup.account}`);
    const actor = { token: own, kind: 'person' as const, unit: '' };
    const events = lookup.subjects.map((subject) => toEvent(actor, subject, { ...lookup, at }));
    if (events.length === 0) return;
    const stored = events.map((event, i) => {
      const bytes = Buffer.from(`${event.eventId} ${lookup.operation}`);
      const lineSha256 = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
      const line = { bytes, lineNumber: i + 1, offset: 0, isTooLong: false };
      return { event, lineSha256, source: OWN_SYSTEM, line };
    });
    sink.flushIdentities();
    sink.write(stored).then(
      () => observe(events),
      (error: unknown) => log.error({ err: error }, 'reviewer_lookup_not_stored'),
    );
  };
