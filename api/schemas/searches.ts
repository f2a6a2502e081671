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
/** A lookup and what makes it legitimate, as reference data tell now. */
export const FoundLookup = Lookup.extend({
  explanation: z
    .object({
      verdict: z.enum(['explained', 'unexplained', 'cannot-judge', 'explained-later']),
      because: z.array(z.string()),
    })
    .nullable(),
}).meta({ id: 'FoundLookup' });
/** Who looked, when, from which system; in tokens. */
export const SearchResult = z
  .object({
    searchId: z.string(),
    token: z.string(),
    lookups: z.array(FoundLookup),
    officials: z.array(
      z.object({
        actor: z.string(),
        unit: z.string(),
        lookups: z.int(),
        days: z.int(),
        firstAt: Instant,
        lastAt: Instant,
        withCaseRef: z.int(),
        /** Lookups that nothing explains. */
        unexplained: z.int(),
      }),
    ),
    total: z.int(),
    regime: z.enum(REGIMES),
    isCut: z.boolean(),
  })
  .meta({ id: 'SearchResult' });

export const CommonAccess = z.strictObject({
  subjects: z
    .array(
      z.strictObject({
        scheme: z.enum(['bsn', 'local']),
        id: freeText(1, 256),
        /** When it happened to this person: lookups before it are counted apart. */
        incidentAt: Instant.optional(),
      }),
    )
    .max(500)
    .default([]),
  /** Addresses where something happened: those who live there now are asked about. */
  addresses: z
    .array(z.strictObject({ id: freeText(1, 256), incidentAt: Instant.optional() }))
    .max(500)
    .default([]),
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
        /** Chance of seeing this many or more among random persons, times the number of officials. */
        p: z.number(),
        /** Of those seen, how many before the incident. */
        before: z.int(),
        /** Improbable by chance; says nothing about why. */
        isSignificant: z.boolean(),
      }),
    ),
    /** Why the answer says less than it seems, by code. */
    caveats: z.array(z.string()),
  })
  .meta({ id: 'CommonAccessResult' });

export const SearchParams = z.strictObject({ searchId: Id });
/** One lookup of a search's result. */
export const AskSession = z.strictObject({
  eventId: z.string().min(1).max(256),
  occurredAt: Instant,
});
/** What else the official did in that session, oldest first. */
export const SessionLookups = z
  .object({ lookups: z.array(FoundLookup), isCut: z.boolean() })
  .meta({ id: 'SessionLookups' });
