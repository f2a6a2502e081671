// What is only measured by hand must still run: a small store takes the way of a large one.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the bench of looking back says what an event costs and how long questions take', async () => {
  const script = join(import.meta.dirname, '../../scripts/bench-search.mjs');
  const env = { ...process.env, BENCH_EVENTS: '48000' };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  expect(stdout).toMatch(/by subject over 48000 events: median [\d.]+ ms, p95 [\d.]+ ms/);
  expect(stdout).toMatch(/common access of 20 persons: median \d+ ms/);
  expect(stdout).toMatch(/whole store [\d.]+ bytes an event/);
}, 120_000);
