import { createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isToken } from '../../../domain/token.ts';
import { createTokenizer } from '../../../ingest/tokens.ts';

const master = Buffer.alloc(32, 7);

test('a token is the HMAC of scheme and id under the key of tenant, namespace and epoch', () => {
  const key = Buffer.from(hkdfSync('sha256', master, '', 'inzagewacht/default/s/1', 32));
  const digest = createHmac('sha256', key).update('bsn:999990019').digest();
  const token = createTokenizer(master).subject('bsn', '999990019');
  expect(token).toBe(`s.1.${digest.subarray(0, 16).toString('base64url')}`);
  expect(isToken(token)).toBe(true);
});
test.each([
  ['an empty id', ''],
  ['letters of more bytes', 'Z-é€😀'],
  ['a long id', 'é'.repeat(1_400)],
  ['a longer one', 'z'.repeat(9_000)],
])('a token is that HMAC whatever the id: %s', (_, id) => {
  const key = Buffer.from(hkdfSync('sha256', master, '', 'inzagewacht/default/o/1', 32));
  const digest = createHmac('sha256', key).update(`case:${id}`).digest();
  expect(createTokenizer(master).object('case', id)).toBe(
    `o.1.${digest.subarray(0, 16).toString('base64url')}`,
  );
});
test('eight digits of a BSN and nine are one person', () => {
  const tokens = createTokenizer(master);
  expect(tokens.subject('bsn', '00000012'.padStart(8, '0'))).toBe(
    tokens.subject('bsn', '000000012'),
  );
});
test('actor and subject, tenants and epochs, schemes and keys never share a token', () => {
  const all = [
    createTokenizer(master).actor('jansen'),
    createTokenizer(master).subject('local', 'jansen'),
    createTokenizer(master, { tenant: 'b' }).actor('jansen'),
    createTokenizer(master, { epoch: 2 }).actor('jansen'),
    createTokenizer(Buffer.alloc(32, 8)).actor('jansen'),
    createTokenizer(master).object('case', 'jansen'),
    createTokenizer(master).object('host', 'jansen'),
  ].map((t) => t.split('.').at(-1));
  expect(new Set(all).size).toBe(all.length);
});
test('each identity is handed to the vault once, objects never', () => {
  const seen: string[] = [];
  const tokens = createTokenizer(master, { onIdentity: (_, identity) => seen.push(identity) });
  tokens.actor('a1');
  tokens.actor('a1');
  tokens.subject('local', 'p1');
  tokens.object('case', 'Z-1');
  expect(seen).toEqual(['account:a1', 'local:p1']);
});
