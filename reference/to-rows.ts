import { createHash } from 'node:crypto';
import {
  createReferencePacker,
  type PackedReference,
  unpackReference,
} from '../domain/packed-reference.ts';
import type {
  CaseloadRow,
  OfficialRow,
  PersonRow,
  ReferenceRows,
  RosterRow,
  WatchRow,
} from '../domain/reference.ts';
import type { ReferenceKind } from '../domain/reference-parts.ts';
import type { Token, Tokenizer } from '../domain/token.ts';
import { type AddressBook, buildAddressBook, currentHome } from './addresses.ts';
import { buildTies } from './build-ties.ts';
import { canonicalId, isShortBsn, personKeys } from './person-keys.ts';
import type { ReferenceTables } from './tables.ts';

/** Rows hashed at once: as one text they would be tens of megabytes. */
const TEXTS_AT_ONCE = 4_096;

/** Tokens of accounts, persons and things, each made once per build: hashing is most of the time. */
export type Tokens = {
  actor(id: string): Token;
  /** Every token under which a person may be looked up; empty for an empty id. */
  subjects(personId: string): readonly Token[];
  object(kind: string, id: string): Token;
};

/**
 * Turns the reference folder into what detection may see: tokens only, with all ties of officials
 * worked out. Rows come without duplicates in an order of their own, so that neither rows nor
 * `version` depend on the order in the files.
 */
export const buildReferenceRows = (tables: ReferenceTables, tokenizer: Tokenizer): ReferenceRows =>
  unpackReference(buildPackedReference(tables, tokenizer));

/** The same packed. One kind after another: never are the rows of all there as objects. */
export function buildPackedReference(
  tables: ReferenceTables,
  tokenizer: Tokenizer,
): PackedReference {
  const short = shortIds(tables);
  const clean = canonicalTables(tables);
  const tokens = createTokens(tokenizer, short);
  const book = buildAddressBook(clean);
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(tables.delivered).sort()));
  const packer = createReferencePacker();
  const pack = <K extends ReferenceKind>(
    kind: K,
    rows: readonly ReferenceRows[K][number][],
  ): void => {
    const { texts, rows: unique } = canonical(rows);
    hash.update('\n\n');
    for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
      const more = texts.slice(from, from + TEXTS_AT_ONCE).join('\n');
      hash.update(from === 0 ? more : `\n${more}`);
    }
    packer.add(kind, unique);
  };
  pack(
    'officials',
    clean.officials.map((row) => officialRow(row, tokens)),
  );
  pack('ties', buildTies(clean, book, tokens));
  pack(
    'caseload',
    clean.caseload.flatMap((row) => caseloadRows(row, tokens)),
  );
  pack(
    'watchlist',
    clean.watchlist.flatMap((row) => watchRows(row, tokens)),
  );
  pack(
    'roster',
    clean.roster.map((row) => rosterRow(row, tokens)),
  );
  pack('persons', personRows(clean, book, tokens));
  return packer.pack(hash.digest('hex').slice(0, 16), { ...tables.delivered });
}

/** Rows sorted by their JSON and without duplicates. Every row builder fixes the key order. */
function canonical<T extends object>(rows: readonly T[]): { texts: string[]; rows: T[] } {
  const places = new Map<string, number>();
  for (let i = 0; i < rows.length; i++) places.set(JSON.stringify(rows[i]), i);
  const texts = [...places.keys()].sort();
  return { texts, rows: texts.map((text) => rows[places.get(text) ?? 0] as T) };
}

function createTokens(tokenizer: Tokenizer, short: ReadonlySet<string>): Tokens {
  const memo = <V>(make: (id: string) => V): ((id: string) => V) => {
    const made = new Map<string, V>();
    return (id) => {
      let value = made.get(id);
      if (value === undefined) {
        value = make(id);
        made.set(id, value);
      }
      return value;
    };
  };
  const objects = new Map<string, (id: string) => Token>();
  return {
    actor: memo((id) => tokenizer.actor(id)),
    subjects: memo((id) => {
      // A BSN that also came with eight digits may be a local id in some log.
      const keys = short.has(id) ? personKeys(id.slice(1)) : id === '' ? [] : personKeys(id);
      return keys.map((key) => tokenizer.subject(key.scheme, key.id)).sort();
    }),
    object: (kind, id) => {
      let make = objects.get(kind);
      if (make === undefined) {
        make = memo((one: string) => tokenizer.object(kind, one));
        objects.set(kind, make);
      }
      return make(id);
    },
  };
}

/** BSNs (nine digits) that occur somewhere without their leading zero. */
function shortIds(tables: ReferenceTables): Set<string> {
  const short = new Set<string>();
  const note = (id: string): void => {
    if (isShortBsn(id)) short.add(canonicalId(id));
  };
  for (const name of ['officials', 'persons', 'addresses', 'caseload', 'watchlist'] as const)
    for (const { personId } of tables[name]) note(personId);
  for (const row of tables.relations) {
    note(row.personId);
    note(row.relatedPersonId);
  }
  return short;
}

function canonicalTables(tables: ReferenceTables): ReferenceTables {
  const fix = <T extends { personId: string }>(rows: readonly T[]): T[] =>
    rows.map((row) =>
      isShortBsn(row.personId) ? { ...row, personId: canonicalId(row.personId) } : row,
    );
  return {
    ...tables,
    officials: fix(tables.officials),
    persons: fix(tables.persons),
    addresses: fix(tables.addresses),
    caseload: fix(tables.caseload),
    watchlist: fix(tables.watchlist),
    relations: fix(tables.relations).map((row) =>
      isShortBsn(row.relatedPersonId)
        ? { ...row, relatedPersonId: canonicalId(row.relatedPersonId) }
        : row,
    ),
  };
}

function officialRow(row: ReferenceTables['officials'][number], tokens: Tokens): OfficialRow {
  return {
    actor: tokens.actor(row.actorId),
    persons: [...tokens.subjects(row.personId)],
    unit: row.unit,
    role: row.role,
    manager: row.managerId === '' ? null : tokens.actor(row.managerId),
    kind: row.kind,
    from: row.from,
    to: row.to,
  };
}

function caseloadRows(row: ReferenceTables['caseload'][number], tokens: Tokens): CaseloadRow[] {
  const subjects = row.personId === '' ? [null] : tokens.subjects(row.personId);
  return subjects.map((subject) => ({
    caseRef: row.caseRef === '' ? null : tokens.object('case', row.caseRef),
    subject,
    kind: row.kind,
    actor: row.actorId === '' ? null : tokens.actor(row.actorId),
    unit: row.unit,
    domain: row.domain,
    from: row.from,
    to: row.to,
  }));
}

const watchRows = (
  { personId, category, from, to }: ReferenceTables['watchlist'][number],
  tokens: Tokens,
): WatchRow[] => tokens.subjects(personId).map((subject) => ({ subject, category, from, to }));

const rosterRow = (
  { actorId, kind, from, to }: ReferenceTables['roster'][number],
  tokens: Tokens,
): RosterRow => ({ actor: tokens.actor(actorId), kind, from, to });

/** Without persons.csv the open stays of addresses.csv still say who lives together. */
function personRows(tables: ReferenceTables, book: AddressBook, tokens: Tokens): PersonRow[] {
  const household = (personId: string): string => {
    const key = currentHome(book, personId);
    return key === '' ? '' : tokens.object('address', key);
  };
  const row = (personId: string, municipality: string, secrecy: number): PersonRow[] =>
    tokens
      .subjects(personId)
      .map((subject) => ({ subject, municipality, secrecy, household: household(personId) }));
  if (tables.delivered.persons || tables.persons.length > 0)
    return tables.persons.flatMap((p) => row(p.personId, p.municipality, p.secrecy));
  const open = tables.addresses.filter((stay) => stay.to === null);
  return open.flatMap((stay) => row(stay.personId, stay.municipality, 0));
}
