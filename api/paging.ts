type Page<T> = { items: T[]; nextCursor: string | null };

/**
 * A page of a list in memory. The cursor names the last item by id, so that what is added in between
 * neither repeats nor skips one; its place counts only when that item is gone.
 */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  cursor: string | undefined,
  limit: number,
): Page<T> {
  const start = cursor === undefined ? 0 : startAfter(all, idOf, cursor);
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const hasMore = start + limit < all.length && last !== undefined;
  return { items, nextCursor: hasMore ? toCursor([start + limit, idOf(last)]) : null };
}

function startAfter<T>(all: readonly T[], idOf: (item: T) => string, cursor: string): number {
  const [place, id] = fromCursor(cursor);
  if (typeof place !== 'number' || typeof id !== 'string' || place < 0) throw badCursor();
  const near = all[place - 1];
  if (near !== undefined && idOf(near) === id) return place;
  const found = all.findIndex((item) => idOf(item) === id);
  return found === -1 ? place : found + 1;
}

export const toCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a cursor of ours. Anything else answers 400. */
export function fromCursor(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw badCursor();
}
const badCursor = (): Error =>
  Object.assign(new Error('not a cursor of this server'), { statusCode: 400 });
