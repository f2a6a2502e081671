import { z } from 'zod';
import { Ground } from '../../domain/review.ts';
import { REGIMES } from '../../review/regime.ts';
import { Lookup } from './alerts.ts';
import { freeText, Id, Instant, Reason } from './shapes.ts';

/** Searching a person is a POST: an identity never stands in an address. */
export const Search = z.strictObject({
  by: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('subject'),
      scheme: z.enum(['bsn', 'local']),
      id: freeText(1, 256),
    }),
    z.strictObject({ kind: z.literal('actor'), id: freeText(1, 256) }),
    z.strictObject({
      kind: z.enum(['address', 'vehicle', 'parcel', 'case']),
      id: freeText(1, 256),
    }),
    z.strictObject({
      kind: z.literal('token'),
      token: z.string().regex(/^[aso]\.\d{1,6}\.[A-Za-z0-9_-]{22}$/),
    }),
  ]),
  from: Instant.optional(),
  to: Instant.optional(),
  ground: Ground,
  reason: Reason,
  caseId: Id.optional(),
  /** Sources under one act only: they are never shown together. */
  regime: z.enum(REGIMES).default('avg'),
  limit: z.int().min(1).max(1_000).default(200),
});
/** Who looked, when, from which system; in tokens. */
export const SearchResult = z
  .object({
    searchId: z.string(),
    token: z.string(),
    lookups: z.array(Lookup),
    officials: z.array(
      z.object({
        actor: z.string(),
        unit: z.string(),
        lookups: z.int(),
        days: z.int(),
        firstAt: Instant,
        lastAt: Instant,
        withCaseRef: z.int(),
      }),
    ),
    total: z.int(),
    regime: z.enum(REGIMES),
    isCut: z.boolean(),
  })
  .meta({ id: 'SearchResult' });

export const CommonAccess = z.strictObject({
  subjects: z
    .array(z.strictObject({ scheme: z.enum(['bsn', 'local']), id: freeText(1, 256) }))
    .min(2)
    .max(500),
  from: Instant.optional(),
  to: Instant.optional(),
  ground: Ground,
  reason: Reason,
  caseId: Id.optional(),
});
/** Officials by how improbable their share of these persons is. */
export const CommonAccessResult = z
  .object({
    searchId: z.string(),
    subjects: z.int(),
    known: z.int(),
    officials: z.array(
      z.object({
        actor: z.string(),
        unit: z.string(),
        /** Of the persons asked for, how many this official looked at, against how many by chance. */
        seen: z.int(),
        expected: z.number(),
        persons: z.int(),
        /** Chance of seeing this many or more among random persons. */
        p: z.number(),
      }),
    ),
  })
  .meta({ id: 'CommonAccessResult' });
