import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Namespace, Token, Tokenizer } from '../../../domain/token.ts';
import { parseFrom, parseTo } from '../../../reference/dates.ts';
import {
  emptyTables,
  type PersonRecord,
  type ReferenceTables,
  type Relation,
  type RelationRecord,
  type StayRecord,
} from '../../../reference/tables.ts';

const token = (namespace: Namespace, text: string): Token =>
  `${namespace}.1.${createHash('sha256').update(text).digest('base64url').slice(0, 22)}` as Token;

/** Tokens without a key: enough to tell things apart in a test. */
export const aTokenizer: Tokenizer = {
  actor: (id) => token('a', id),
  subject: (scheme, id) => token('s', `${scheme}:${id}`),
  object: (kind, id) => token('o', `${kind}:${id}`),
};
export const local = (id: string): Token => aTokenizer.subject('local', id);

const at = (result: ReturnType<typeof parseFrom>): number | null => {
  if ('fault' in result) throw new Error(result.fault);
  return result.at;
};
export const start = (date: string): number | null => at(parseFrom(date));
export const end = (date: string): number | null => at(parseTo(date));
export const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`);

export const aRelation = (
  personId: string,
  relation: Relation,
  relatedPersonId: string,
  from = '',
  to = '',
): RelationRecord => ({ personId, relatedPersonId, relation, from: start(from), to: end(to) });

const NOWHERE = { addressId: '', street: '', houseNumber: '', postcode: '', municipality: '' };
export const aPerson = (personId: string, more: Partial<PersonRecord> = {}): PersonRecord => ({
  personId,
  surname: 'Voorbeeld',
  surnamePrefix: '',
  birthDate: '',
  ...NOWHERE,
  secrecy: 0,
  ...more,
});
export const aStay = (
  personId: string,
  addressId: string,
  from = '',
  to = '',
  more: Partial<StayRecord> = {},
): StayRecord => ({ ...NOWHERE, personId, addressId, from: start(from), to: end(to), ...more });

export const tablesWith = (more: Partial<ReferenceTables>): ReferenceTables => ({
  ...emptyTables(),
  ...more,
});

/** A reference folder on disk with these files. */
export async function aFolder(files: Record<string, string | Uint8Array>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'inzagewacht-reference-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  return dir;
}
