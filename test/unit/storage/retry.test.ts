import { expect, test } from 'vitest';
import { withRetry } from '../../../storage/server.ts';

const failure = (code: string): Error => Object.assign(new Error('x'), { code });
/** Fails with these codes one after another, then gives 'done'. */
const failing = (...codes: string[]) => {
  let calls = 0;
  return {
    calls: () => calls,
    async work() {
      const code = codes[calls++];
      if (code !== undefined) throw failure(code);
      return 'done';
    },
  };
};

test('a statement is repeated on codes that pass', async () => {
  const { work, calls } = failing('241', 'ECONNREFUSED');
  expect(await withRetry(work)).toBe('done');
  expect(calls()).toBe(3);
});

test('a fault of our own is thrown at once', async () => {
  const { work, calls } = failing('62');
  await expect(withRetry(work)).rejects.toMatchObject({ code: '62' });
  expect(calls()).toBe(1);
});

test('a wrong password is named as wrong settings', async () => {
  const { work } = failing('516');
  await expect(withRetry(work)).rejects.toMatchObject({
    code: 'ERR_STORAGE_REFUSED',
    kind: 'config',
  });
});

test('patience ends', async () => {
  const { work } = failing('241', '241', '241');
  await expect(withRetry(work, { patienceMs: 0 })).rejects.toMatchObject({
    code: 'ERR_STORAGE_UNAVAILABLE',
    kind: 'retry',
  });
});
