// An evidence package through the API: not before a second person agreed and it was made; then its bytes,
// as one archive that any tool opens, the same each time it is made.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PackageMaker } from '../../../api/deps.ts';
import { zipPackage } from '../../../evidence/package/zip.ts';
import { anAlert } from '../../helpers/alerts.ts';
import { addAccount, aService } from '../../helpers/review.ts';

const LONG = 'De medewerker is gevraagd en de feiten zijn hiermee vastgesteld.';
const dir = mkdtempSync(join(tmpdir(), 'download-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function aZip(name: string, at = '2026-03-10T09:00:00.000Z'): Promise<Buffer> {
  const bag = join(dir, 'bag');
  mkdirSync(join(bag, 'data/events'), { recursive: true });
  writeFileSync(join(bag, 'bagit.txt'), 'BagIt-Version: 1.0\n');
  writeFileSync(join(bag, 'data/events/canonical.ndjson'), '{"seq":1}\n'.repeat(20_000));
  await zipPackage(bag, at, join(dir, name));
  return readFileSync(join(dir, name));
}

test('the same package gives the same archive, in any zone, with its files in order', async () => {
  const first = await aZip('one.zip');
  const zone = process.env['TZ'];
  process.env['TZ'] = 'America/Lima';
  const second = await aZip('two.zip');
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
  expect(second.equals(first)).toBe(true);
  const text = first.toString('latin1');
  expect(text.indexOf('bagit.txt')).toBeLessThan(text.indexOf('data/events/canonical.ndjson'));
  expect(first.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  await expect(zipPackage(join(dir, 'absent'), '2026-03-10T09:00:00Z', 'x')).rejects.toThrow();
});

test('is refused before it is agreed and made; then the bytes, with their digest', async () => {
  const zip = await aZip('three.zip');
  let made: Buffer | null = null;
  const packages: PackageMaker = {
    make: async () => undefined,
    read: async () =>
      made && { bytes: made, sha256: createHash('sha256').update(made).digest('hex') },
  };
  const service = await aService([anAlert()], { packages });
  const { accounts, deps, signIn } = service;
  const as = async (name: string, role: 'integrity-investigator' | 'fg' | 'auditor') =>
    signIn(deps, (await addAccount(accounts, name, [role])).accountId);
  const investigator = await as('one', 'integrity-investigator');
  const opened = await investigator.call('POST', '/cases', {
    ...{ title: 'Vraag', alertIds: ['al-1'], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'artikel 4', reason: LONG },
  });
  const caseId = String(opened.body['caseId']);
  const asked = await investigator.call('POST', `/cases/${caseId}/exports`, { reason: LONG });
  const path = `/exports/${asked.body['exportId']}`;
  const spec = await investigator.get('/openapi.json');
  const download = Object.entries(
    spec.body['paths'] as Record<string, Record<string, { operationId: string }>>,
  ).find(([, methods]) => methods['get']?.operationId === 'downloadExport')?.[0];
  const url = (download ?? '').replace(/^\/v1/, '').replace('{exportId}', path.slice(9));
  expect((await investigator.get(url)).status).toBe(409);
  const fg = await as('four', 'fg');
  const agreed = await fg.call('POST', `${path}/approval`, {
    ...{ reason: LONG, sequence: asked.body['sequence'] },
  });
  expect(agreed.status).toBe(200);
  expect((await investigator.get(url)).status).toBe(409);
  made = zip;
  const got = await investigator.get(url);
  expect(got.status).toBe(200);
  expect(got.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-length': String(zip.length),
    'repr-digest': `sha-256=:${createHash('sha256').update(zip).digest('base64')}:`,
  });
  const auditor = await as('five', 'auditor');
  expect((await auditor.get(url)).status).toBe(403);
});
