import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../../../cli/group-commit.ts';

test('what arrives during a write is written together, in order, and nobody waits for others', async () => {
  const writes: number[][] = [];
  let release = (): void => undefined;
  const commit = createGroupCommit<number>(async (items) => {
    writes.push([...items]);
    await new Promise<void>((done) => {
      release = done;
    });
  });
  const first = commit([1, 2]);
  await sleep(1);
  const later = [commit([3]), commit([]), commit([4, 5])];
  expect(writes).toEqual([[1, 2]]);
  await later[1];
  release();
  await first;
  await sleep(1);
  expect(writes).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  release();
  await Promise.all(later);
});

test('an error reaches those whose items it hit, and the next write is tried', async () => {
  let isAway = true;
  const written: string[] = [];
  const commit = createGroupCommit<string>(async (items) => {
    if (isAway) throw new Error('away');
    written.push(...items);
  });
  await expect(commit(['a'])).rejects.toThrow('away');
  isAway = false;
  await commit(['b']);
  expect(written).toEqual(['b']);
});

test('writes start no sooner after each other than the pause', async () => {
  const starts: number[] = [];
  const commit = createGroupCommit<number>(async () => {
    starts.push(performance.now());
  }, 40);
  await commit([1]);
  await commit([2]);
  await commit([3]);
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThan(38);
});
