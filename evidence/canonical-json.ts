import { AppError } from '../domain/errors.ts';

/** A value that JSON can carry; `undefined` members are left out, as JSON.stringify does. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * The one byte form of a JSON value (RFC 8785, JCS): members sorted by UTF-16 code units, no white
 * space, numbers as ECMAScript writes them. Throws ERR_EVIDENCE_NOT_CANONICAL on what JSON cannot
 * carry: infinities, NaN and lone surrogates.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse('a number is not finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw refuse('a text holds half a character');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const refuse = (why: string): AppError =>
  new AppError('ERR_EVIDENCE_NOT_CANONICAL', `This cannot be written as canonical JSON: ${why}.`);
