import type { AuditEvent } from '../../domain/event.ts';
import type { Token } from '../../domain/token.ts';

/** A lookup of one person by one official, as the store holds it; name only what matters. */
export const anAuditEvent = (fields: Partial<AuditEvent> = {}): AuditEvent => ({
  eventId: 'e1',
  requestId: null,
  occurredAt: Date.UTC(2026, 2, 3, 9, 30),
  system: 'brp',
  instance: 'prod',
  sequence: null,
  actor: { token: 'a.1.AAAAAAAAAAAAAAAAAAAAAA' as Token, kind: 'person', unit: 'desk' },
  action: 'view',
  outcome: 'success',
  subject: 's.1.AAAAAAAAAAAAAAAAAAAAAA' as Token,
  subjectMunicipality: '',
  object: null,
  queryKey: 'bsn',
  resultCount: 1,
  fields: [],
  caseRef: null,
  emergency: false,
  host: null,
  session: null,
  isDateOnly: false,
  ...fields,
});
