// A history that somebody changed in the store itself: `doctor` finds every changed byte and says where.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const { dir, keyFile, remove } = aWorkplace();
afterAll(remove);
const data = join(dir, 'data');
const doctor = async (): Promise<string> =>
  (await inzagewacht(['doctor', '--data', data], { keyFile })).stdout;
async function inStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openEmbeddedStore(join(data, 'store'));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Decisions and their review log, by a process that is killed in the middle of it. */
async function writeHistory(): Promise<void> {
  const writer = join(import.meta.dirname, '../helpers/review-writer.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', writer, join(data, 'store')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let promised = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    promised += bytes.toString().split('\n').length - 1;
    if (promised > 20) child.kill('SIGKILL');
  });
  await once(child, 'close');
}

test('a changed byte anywhere in the history is found', async () => {
  await writeHistory();
  expect(await doctor()).toMatch(/review: \d+ entries in \d+ chains fit together/);
  for (const [table, column, place] of [
    ['review_events', 'entry', 0.3],
    ['review_events', 'fingerprint', 0.9],
    ['review_log', 'entry', 0.6],
    ['review_log', 'operation', 0.1],
  ] as const) {
    const [[chain, sequence, text] = ['', 0, '']] = await inStore((store) =>
      store.rows<[string, number, string]>(
        `SELECT chain, sequence, ${column} FROM ${table} ORDER BY chain, sequence LIMIT 1 OFFSET 5`,
      ),
    );
    const at = Math.floor(place * text.length);
    const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
    const put = (value: string) =>
      inStore((store) =>
        store.sql(
          `ALTER TABLE ${table} UPDATE ${column} = {value:String} WHERE chain = {chain:String} AND sequence = {sequence:UInt64} SETTINGS mutations_sync = 2`,
          { value, chain, sequence },
        ),
      );
    await put(changed);
    expect(await doctor(), `${table}.${column}`).toContain(`review: entry ${sequence} of ${chain}`);
    await put(text);
    expect(await doctor(), `${table}.${column} put back`).toContain('chains fit together');
  }
}, 240_000);
