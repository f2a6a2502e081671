import type { Token } from '../domain/token.ts';

/** Ids of a search to tokens: the key stays in the room that holds it. */
export type Identify = {
  subject(scheme: 'bsn' | 'local', id: string): Token;
  actor(id: string): Token;
  object(kind: string, id: string): Token;
};
