import { z } from 'zod';

/** What travels over the wire: `Wire<typeof AlertDetail>`. In memory instants are epoch ms. */
export type Wire<S extends z.ZodType> = z.input<S>;

/** RFC 3339 UTC on the wire, epoch milliseconds in memory. */
export const Instant = z
  .codec(z.iso.datetime({ offset: true }), z.number(), {
    decode: (text) => Date.parse(text),
    encode: (at) => new Date(at).toISOString(),
  })
  .meta({ type: 'string', format: 'date-time' });

export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,80}$/);
/** A pseudonym; never in an address, only in bodies. */
export const TokenText = z.string().regex(/^[aso]\.\d{1,6}\.[A-Za-z0-9_-]{22}$/);
export const Texts = z.object({ nl: z.string(), en: z.string() }).meta({ id: 'Texts' });
/** Free text of a reviewer: no control characters, so that no line of a log can be forged. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point.
const PRINTABLE = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;
export const freeText = (min: number, max: number) =>
  z.string().trim().min(min).max(max).regex(PRINTABLE);
export const Reason = freeText(10, 2_000);
/** A reveal or export is asked for in at least one whole sentence. */
export const Motivation = freeText(30, 2_000);

/** A number of the stream that the caller has seen; another one there now gives 409. */
export const Sequence = z.int().min(0).max(1_000_000);
export const Cursor = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/);
export const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const Paging = { cursor: Cursor.optional(), limit: Limit };

export const page = <T extends z.ZodType>(item: T, id: string) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });

/** RFC 9457. `code` is stable; `detail` carries no input and no identity. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    /** Which fields were refused and why; names of fields only. */
    errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
    /** On 409: the sequence now, and what happened since the one expected. */
    sequence: z.int().optional(),
    changes: z.array(z.object({ kind: z.string(), at: Instant, by: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** A reviewer as others see them: an account name of the organisation, no person behind it. */
export const ReviewerRef = z
  .object({ accountId: z.string(), name: z.string() })
  .meta({ id: 'ReviewerRef' });

/** One entry of the append-only history of an object. */
export const HistoryEntry = z
  .object({
    sequence: z.int(),
    kind: z.string(),
    at: Instant,
    by: ReviewerRef,
    role: z.string(),
    reason: z.string().nullable(),
    /** Whatever the step set, in words of the API; no identities. */
    data: z.record(z.string(), z.unknown()),
    prevFingerprint: z.string().nullable(),
    fingerprint: z.string(),
  })
  .meta({ id: 'HistoryEntry' });

export const Note = z
  .object({ noteId: z.string(), at: Instant, by: ReviewerRef, text: z.string() })
  .meta({ id: 'Note' });
export const NewNote = z.strictObject({ text: freeText(1, 10_000) });

export const Identified = z
  .object({ token: z.string(), id: z.string().optional() })
  .meta({ id: 'Identified' });

export const HistoryPage = page(HistoryEntry, 'HistoryPage');
export const NotePage = page(Note, 'NotePage');
export const ListQuery = z.strictObject(Paging);
