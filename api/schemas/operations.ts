import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../../domain/outcome.ts';
import { Id, Instant, Paging } from './shapes.ts';

/** What the pipeline has done so far; a quiet day and a silent source must not look the same. */
export const Status = z
  .object({
    events: z.int(),
    duplicates: z.int(),
    deadLetters: z.int(),
    eventsPerSecond: z.number(),
    alerts: z.int(),
    isRunning: z.boolean(),
    budget: z.number().nullable(),
    version: z.string(),
  })
  .meta({ id: 'Status' });

export const Source = z
  .object({
    system: z.string(),
    instance: z.string(),
    /** silent: nothing for longer than usual at this hour of the week. */
    state: z.enum(['fresh', 'late', 'silent']),
    lastEventAt: Instant.nullable(),
    events: z.int(),
    eventsToday: z.int(),
    /** Hours without events in the last 14 days during which there usually are. */
    gaps: z.array(z.object({ from: Instant, to: Instant })),
    /** Numbers missing in the source's own sequence; null when it has none. */
    missingSequence: z.int().nullable(),
    deadLetters: z.int(),
  })
  .meta({ id: 'Source' });
export const Sources = z.object({ items: z.array(Source) }).meta({ id: 'Sources' });

export const DeadLetterReason = z.enum(DEAD_LETTER_REASONS).meta({ id: 'DeadLetterReason' });
/** A line that could not be used; its bytes stay sealed. */
export const DeadLetter = z
  .object({
    deadLetterId: z.string(),
    source: z.string(),
    lineNumber: z.int(),
    reason: DeadLetterReason,
    field: z.string().nullable(),
    sizeBytes: z.int(),
  })
  .meta({ id: 'DeadLetter' });
export const DeadLetterPage = z
  .object({
    items: z.array(DeadLetter),
    nextCursor: z.string().nullable(),
    counts: z.array(z.object({ reason: DeadLetterReason, source: z.string(), letters: z.int() })),
  })
  .meta({ id: 'DeadLetterPage' });
export const DeadLetterQuery = z.strictObject({ ...Paging, reason: DeadLetterReason.optional() });

/** Settings in force and where each comes from; secrets are never here. */
export const SettingsView = z
  .object({
    tenant: z.string(),
    budget: z.number(),
    retention: z.record(z.string(), z.int()),
    session: z.object({ idleMinutes: z.int(), absoluteHours: z.int(), stepUpMinutes: z.int() }),
    reveal: z.object({ days: z.int() }),
    suppression: z.object({
      maxDays: z.int(),
      approvalAboveDays: z.int(),
      sampleShare: z.number(),
    }),
    hearing: z.object({ workingDays: z.int() }),
    configVersion: z.string(),
    referenceVersion: z.string(),
  })
  .meta({ id: 'SettingsView' });

export const Health = z
  .object({
    status: z.enum(['ok', 'fail']),
    checks: z.array(
      z.object({ name: z.string(), status: z.enum(['ok', 'fail']), detail: z.string() }),
    ),
  })
  .meta({ id: 'Health' });

/** Answer to `POST /v1/events`: on disk before this was sent. */
export const Receipt = z
  .object({
    receiptId: z.string(),
    bytes: z.int(),
    lines: z.int(),
    sha256: z.string(),
    /** Sent before with the same idempotency key: not taken twice. */
    isRepeat: z.boolean(),
  })
  .meta({ id: 'Receipt' });

const FILES = [
  'officials',
  'persons',
  'addresses',
  'relations',
  'caseload',
  'watchlist',
  'roster',
] as const;
/** Reference files as CSV text by name (docs/formats.md), at most 64 MB together. */
export const ReferenceUpload = z.strictObject({
  files: z.partialRecord(z.enum(FILES), z.string().max(64 * 1024 * 1024)),
});
export const ReferenceReport = z
  .object({
    version: z.string(),
    counts: z.record(z.string(), z.int()),
    /** Rows that cannot be used: place and reason, never a value. */
    problems: z.array(
      z.object({
        file: z.string(),
        line: z.int().nullable(),
        column: z.string().nullable(),
        reason: z.string(),
      }),
    ),
    problemCount: z.int(),
  })
  .meta({ id: 'ReferenceReport' });
export const ReferenceState = z
  .object({
    version: z.string(),
    delivered: z.record(z.string(), z.boolean()),
    officials: z.int(),
    population: z.int(),
  })
  .meta({ id: 'ReferenceState' });

export const WEBHOOK_EVENTS = [
  'alert.opened',
  'alert.changed',
  'case.changed',
  'reveal.requested',
  'reveal.approved',
  'source.silent',
] as const;
/** A call or mail to elsewhere: ids and kinds, no tokens, no identities. */
export const Webhook = z
  .object({
    webhookId: z.string(),
    kind: z.enum(['http', 'mail']),
    /** Address without its secret part. */
    target: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    createdAt: Instant,
    lastDelivery: z
      .object({ at: Instant, isDelivered: z.boolean(), status: z.int().nullable() })
      .nullable(),
  })
  .meta({ id: 'Webhook' });
export const Webhooks = z.object({ items: z.array(Webhook) }).meta({ id: 'Webhooks' });
export const NewWebhook = z.strictObject({
  kind: z.enum(['http', 'mail']),
  /** `https://…` or a mail address. */
  target: z.string().min(3).max(500),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
});
/** `secret` signs the calls (HMAC-SHA-256 in `X-Signature`), shown once; null for mail. */
export const WebhookCreated = z
  .object({ webhook: Webhook, secret: z.string().nullable() })
  .meta({ id: 'WebhookCreated' });
export const WebhookParams = z.strictObject({ webhookId: Id });

/** Filters that a reviewer keeps under a name. */
export const SavedView = z
  .object({
    viewId: z.string(),
    name: z.string(),
    /** Query of the list of alerts, as in its address. */
    query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    isShared: z.boolean(),
    isOwn: z.boolean(),
  })
  .meta({ id: 'SavedView' });
export const SavedViews = z.object({ items: z.array(SavedView) }).meta({ id: 'SavedViews' });
export const NewSavedView = z.strictObject({
  name: z.string().trim().min(1).max(80),
  query: z.record(
    z.string().max(40),
    z.union([z.string().max(200), z.array(z.string().max(200)).max(30)]),
  ),
  isShared: z.boolean().default(false),
});
export const ViewParams = z.strictObject({ viewId: Id });

/** What `GET /v1/stream` sends as `data`; `event` is its kind, `id` its place for `Last-Event-ID`. */
export const StreamMessage = z
  .object({
    kind: z.enum([
      'alerts',
      'alert',
      'case',
      'reveal',
      'suppression',
      'export',
      'status',
      'session',
    ]),
    /** Ids that changed; empty: ask the list again. */
    ids: z.array(z.string()),
    sequence: z.int().nullable(),
    at: Instant,
  })
  .meta({ id: 'StreamMessage' });
