// Keys like `__proto__` are data: only own properties are ever read.
import { padBsn } from '../../domain/bsn.ts';

export type Json = Readonly<Record<string, unknown>>;
const EMPTY: Json = Object.freeze(Object.create(null) as Json);

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : EMPTY;
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
/** Text that says something, or null. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
/** Text, or a whole number or truth value as text: sources write ids in either form. */
export const scalarOf = (value: unknown): string | null =>
  typeof value === 'number'
    ? Number.isSafeInteger(value)
      ? String(value)
      : null
    : typeof value === 'boolean'
      ? String(value)
      : textOf(value);
/** A whole number, also when written as text. */
export const wholeOf = (value: unknown): number | null => {
  const number =
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : (value as number);
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
};

export const own = (json: Json, key: string): unknown =>
  Object.hasOwn(json, key) ? json[key] : undefined;

const MAX_SEGMENTS = 8;
type Path = {
  segments: readonly string[];
  /** From each segment on: the keys that may be written there, longest first, and where each ends. */
  keys: readonly (readonly { key: string; to: number }[])[];
};
const paths = new Map<string, Path>();
function pathOf(path: string): Path {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const segments = path.split('.').slice(0, MAX_SEGMENTS);
  const keys = segments.map((_, from) =>
    segments
      .slice(from)
      .map((_, i) => ({ key: segments.slice(from, from + i + 1).join('.'), to: from + i + 1 }))
      .reverse(),
  );
  // Paths come from code and mapping files, so there are few; bounded all the same.
  if (paths.size < 10_000) paths.set(path, { segments, keys });
  return { segments, keys };
}

/**
 * The value at a dotted path. Each key may be written whole (`{"user.name": …}`), nested
 * (`{"user": {"name": …}}`) or mixed; the longest key that exists wins. A number picks a place of a
 * list; a list met on the way gives its first member.
 */
export const fieldAt = (json: Json, path: string): unknown => descend(json, pathOf(path), 0);

function descend(value: unknown, path: Path, from: number): unknown {
  const keys = path.keys[from];
  if (keys === undefined) return value;
  if (Array.isArray(value)) {
    const place = Number(path.segments[from]);
    return Number.isInteger(place)
      ? descend(value[place], path, from + 1)
      : descend(value[0], path, from);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const { key, to } of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const found = descend((value as Json)[key], path, to);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of the paths that holds text, a number or a truth value. */
export function firstAt(json: Json, ...candidates: readonly string[]): string | null {
  for (const path of candidates) {
    const value = scalarOf(fieldAt(json, path));
    if (value !== null) return value;
  }
  return null;
}

export type Subject = { scheme: 'bsn' | 'local'; id: string; municipality?: string };
/** A person by BSN: a number type lost its leading zero, separators are dropped; the rest is checked later. */
export function bsnSubject(value: unknown): Subject | null {
  const text = scalarOf(value);
  return text === null ? null : { scheme: 'bsn', id: padBsn(text.replaceAll(/[. ]/g, '')) };
}
/** As above where the standard wants the number encrypted: then it is a local id, equal only to itself. */
export function bsnOrEncrypted(value: unknown): Subject | null {
  const subject = bsnSubject(value);
  return subject === null || /^\d+$/.test(subject.id) ? subject : localSubject(value);
}
export const localSubject = (value: unknown): Subject | null => {
  const text = scalarOf(value);
  return text === null ? null : { scheme: 'local', id: text };
};
