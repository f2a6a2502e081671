/** A place in the list of alerts, opaque to the caller. */
export const toCursor = (offset: number): string => Buffer.from(`o${offset}`).toString('base64url');

/** The place a cursor names; null when it is none of ours. */
export function fromCursor(cursor: string): number | null {
  const match = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  return match === null ? null : Number(match[1]);
}
