import { isBsn, padBsn } from '../domain/bsn.ts';

export type PersonKey = { scheme: 'bsn' | 'local'; id: string };

/**
 * Under which identities a person id may occur in a log. Nine digits that pass the eleven-test are a
 * BSN. Eight digits that pass once padded may be a BSN that lost its leading zero or a local id: both.
 */
export function personKeys(id: string): PersonKey[] {
  if (isBsn(id)) return [{ scheme: 'bsn', id }];
  const local: PersonKey = { scheme: 'local', id };
  return isShortBsn(id) ? [local, { scheme: 'bsn', id: padBsn(id) }] : [local];
}

/** One spelling per person inside this room, so that both spellings of a BSN meet in one graph. */
export const canonicalId = (id: string): string => (isShortBsn(id) ? padBsn(id) : id);

export const isShortBsn = (id: string): boolean =>
  id.length === 8 && /^\d+$/.test(id) && isBsn(padBsn(id));
