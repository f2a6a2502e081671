import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Writes what several callers hand in together: what arrives while a write is under way, or within
 * `pauseMs` of its start, goes into the next one. An engine pays for each write more than for each row.
 * A caller's promise resolves when its items are written and rejects with the error of that write.
 */
export function createGroupCommit<T>(
  write: (items: readonly T[]) => Promise<void>,
  pauseMs = 0,
): (items: readonly T[]) => Promise<void> {
  let waiting: T[] = [];
  let next: Promise<void> | null = null;
  let writing: Promise<void> = Promise.resolve();
  let startedAt = Number.NEGATIVE_INFINITY;

  async function turn(before: Promise<void>): Promise<void> {
    // A write that failed was told to those who waited for it.
    await before.catch(() => undefined);
    const early = startedAt + pauseMs - performance.now();
    if (early > 0) await sleep(early);
    startedAt = performance.now();
    const items = waiting;
    waiting = [];
    next = null;
    await write(items);
  }

  return function commit(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    for (const item of items) waiting.push(item);
    if (next === null) {
      next = turn(writing);
      writing = next;
    }
    return next;
  };
}
