/** A pseudonym `<namespace>.<epoch>.<base64url of 128 bits>`; namespaces a (actor), s (subject), o (object). */
export type Token = string & { readonly __token: 'token' };
export type Namespace = 'a' | 's' | 'o';

/** Reads a string back as a token at the edge of a store; throws nothing, checks the shape. */
export const isToken = (text: string): text is Token =>
  /^[aso]\.\d+\.[A-Za-z0-9_-]{22}$/.test(text);

/** Makes tokens; the key never leaves the room that holds it. */
export type Tokenizer = {
  actor(accountId: string): Token;
  /** `scheme` is `bsn` or `local`; the id is normalised before it is hashed. */
  subject(scheme: 'bsn' | 'local', id: string): Token;
  object(kind: string, id: string): Token;
};
