// A table nobody knows yet, by the steps and with the files of docs/formats.md, as a new user would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inzagewacht } from '../helpers/cli.ts';

const place = mkdtempSync(join(tmpdir(), 'onboarding-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const path = (name: string): string => join(place, name);
const docs = readFileSync(join(import.meta.dirname, '../../docs/formats.md'), 'utf8');
/** The first fenced block of a kind after a text, without its indent. */
function block(after: string, kind: string): string {
  const [, indent = '', text = ''] =
    new RegExp(`\n( *)\`\`\`${kind}\n([^]*?)\n *\`\`\``).exec(docs.slice(docs.indexOf(after))) ??
    [];
  return `${text.replaceAll(`\n${indent}`, '\n').slice(indent.length)}\n`;
}
const run = async (...args: string[]) => {
  const ended = await inzagewacht(args, { keyFile: path('key') });
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
};

test('one mapping file, no code', async () => {
  const SECTION = '## A table nobody knows yet';
  const [log, guess, mapping, data] = [
    path('export.csv'),
    path('g.yaml'),
    path('wmo.yaml'),
    path('d'),
  ];
  writeFileSync(log, block(SECTION, 'csv'));
  writeFileSync(mapping, block(SECTION, 'yaml'));

  const tried = await run('sources', 'try', log, '--system', 'wmo-suite', '--write', guess);
  expect(tried.stdout).toContain('4 × unknown-operation');
  const proposed = readFileSync(guess, 'utf8');
  expect(proposed).toMatch(/Datum\n +- Tijd/);
  expect(proposed).toContain('"Dossier openen": view');
  // What is printed may end in a log: no number, no account.
  expect(tried.stdout + tried.stderr).not.toMatch(/99999|j\.smit|dochter/);

  // Too early: with the proposal alone, rows are set aside.
  const early = await run('scan', log, '--mapping', guess, '--data', data, '--out', path('a'));
  expect(early.stderr).toContain('read 5 = stored 1 + duplicates 0 + dead letters 4');

  const again = await run('sources', 'try', log, '--mapping', mapping);
  expect(again.stdout).toContain('1 × bsn-eleven-test');
  const replay = ['dead-letters', 'replay', '--data', data, '--mapping', mapping];
  expect((await run(...replay)).stdout).toMatch(/read 4 again = mended 3 \+ still dead 1/);
  const whole = await run('scan', log, '--mapping', mapping, '--data', data, '--out', path('b'));
  // Nothing is stored twice: the replay made the same events as the table does.
  expect(whole.stderr).toContain('read 5 = stored 0 + duplicates 4 + dead letters 1');
}, 120_000);
