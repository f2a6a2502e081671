import { amsterdamOffset, fromAmsterdam } from '../../../domain/time.ts';

/** What a `datetime-local` field holds (Dutch local time) as RFC 3339 in UTC; null when it is no moment. */
export function fromField(text: string): string | null {
  const wall = Date.parse(`${text}Z`);
  if (!Number.isFinite(wall)) return null;
  const found = fromAmsterdam(wall);
  return 'at' in found ? new Date(found.at).toISOString() : null;
}

/** An instant in epoch ms as a `datetime-local` field wants it, in Dutch local time to the minute. */
export const toField = (at: number): string =>
  new Date(at + amsterdamOffset(at)).toISOString().slice(0, 16);
