import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate, readNdjson } from '../../simulation/evaluate.ts';
import { simulate } from '../../simulation/simulate.ts';
import { aWorkplace, filesBelow, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
const town = join(place.dir, 'town');
const { keyFile } = place;
const out = (name: string): string => join(place.dir, `${name}.ndjson`);
const scanTown = (name: string, data?: string, more: string[] = []) =>
  inzagewacht(
    [
      'scan',
      join(town, 'events.ndjson'),
      '--reference',
      join(town, 'reference'),
      '--out',
      out(name),
      ...(data ? ['--data', data] : []),
      ...more,
    ],
    { keyFile },
  );
let whole = '';

const textsOf = (secret: string): (string | Buffer)[] => [secret, Buffer.from(secret, 'utf16le')];

/** A secret as it might hide in bytes: as text, in two-byte letters, in hex, in base64 at any place. */
function formsOf(secret: string): (string | Buffer)[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const forms: (string | Buffer)[] = [
    secret,
    Buffer.from(secret, 'utf16le'),
    hex,
    hex.toUpperCase(),
  ];
  // Shorter ones stand in any long base64 by chance.
  if (bytes.length < 9) return forms;
  for (const shift of [0, 1, 2]) {
    const whole = bytes.subarray((3 - shift) % 3);
    forms.push(whole.subarray(0, whole.length - (whole.length % 3)).toString('base64'));
  }
  return forms;
}

beforeAll(async () => {
  await simulate({
    out: town,
    officials: 80,
    citizens: 8_000,
    days: 20,
    seed: 5,
    misuse: 'standard',
  });
  const ended = await scanTown('whole');
  expect(ended.stderr).toContain('alerts');
  expect(ended.code).toBe(0);
  whole = readFileSync(out('whole'), 'utf8');
});
afterAll(place.remove);

describe('scan of a simulated town', () => {
  test('finds the relatives that were hidden in it', async () => {
    const report = evaluate(
      await readNdjson(join(town, 'truth.ndjson')),
      await readNdjson(out('whole')),
    );
    const relatives = report.recalls.filter((r) => r.typology === 'relative');
    expect(relatives.length).toBeGreaterThan(0);
    expect(relatives.reduce((n, r) => n + r.found, 0)).toBe(
      relatives.reduce((n, r) => n + r.incidents, 0),
    );
  });

  test('gives the same bytes on a fresh store with the same key', async () => {
    await scanTown('again');
    expect(readFileSync(out('again'), 'utf8')).toBe(whole);
  });

  test.each([1, 2, 3])('gives the same bytes with %i threads', async (workers) => {
    const ended = await inzagewacht(
      [
        ...['scan', join(town, 'events.ndjson'), '--reference', join(town, 'reference')],
        ...['--out', out(`threads-${workers}`)],
      ],
      { keyFile, workers },
    );
    expect(ended.stderr).toMatch(/read (\d+) = stored \1 /);
    expect(readFileSync(out(`threads-${workers}`), 'utf8')).toBe(whole);
  });

  test('adds nothing when it runs twice on the same data', async () => {
    const data = join(place.dir, 'twice');
    await scanTown('first', data);
    const second = await scanTown('second', data);
    expect(second.stderr).toMatch(/read (\d+) = stored 0 \+ duplicates \1 \+ dead letters 0/);
    expect(readFileSync(out('second'), 'utf8')).toBe(whole);
  });

  test('gives the same alerts after kill -9 at twenty moments', async () => {
    const data = join(place.dir, 'killed');
    let killed = 0;
    for (let i = 0; i < 20; i++) {
      const ended = await inzagewacht(
        [
          'scan',
          join(town, 'events.ndjson'),
          '--reference',
          join(town, 'reference'),
          '--data',
          data,
          '--out',
          out('killed'),
        ],
        // Spread over start, reading, judging and writing; the odd factor avoids equal steps.
        { keyFile, killAfterMs: 500 + ((i * 373) % 2_600) },
      );
      if (ended.signal === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(5);
    const ended = await scanTown('killed', data);
    expect(ended.code).toBe(0);
    expect(readFileSync(out('killed'), 'utf8')).toBe(whole);
  }, 300_000);

  test('leaves no clear identity in any stored file', async () => {
    const data = join(place.dir, 'private');
    const ended = await scanTown('private', data);
    const events = readFileSync(join(town, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .slice(0, 4_000);
    const ids = new Set<string>();
    for (const line of events) {
      const event = JSON.parse(line) as {
        actor?: { id: string } | null;
        subject?: { id: string } | null;
      };
      if (event.actor) ids.add(event.actor.id);
      if (event.subject) ids.add(event.subject.id);
    }
    const surnames = readFileSync(join(town, 'reference/persons.csv'), 'utf8')
      .split('\n')
      .slice(1, 400)
      .map((row) => row.split(',')[1] ?? '')
      .filter((name) => name.length >= 8);
    const secrets = [...ids, ...surnames].filter((s) => s.length >= 6);
    expect(secrets.length).toBeGreaterThan(500);
    const stored = [
      ...filesBelow(data),
      { path: 'alerts', bytes: readFileSync(out('private')) },
      { path: 'stderr', bytes: Buffer.from(ended.stderr) },
    ];
    expect(stored.some((f) => f.path.includes('identities'))).toBe(true);
    // A table that leaked one would leak all: the rarer forms are looked for a hundred times.
    const forms = new Map(
      secrets.map((s, i) => [
        s,
        i % Math.ceil(secrets.length / 100) === 0 ? formsOf(s) : textsOf(s),
      ]),
    );
    const found = stored.flatMap(({ path, bytes }) =>
      secrets
        .filter((s) => forms.get(s)?.some((form) => bytes.includes(form)))
        .map(() => path.slice(place.dir.length)),
    );
    expect(found).toEqual([]);
  });

  test('shows ids beside the tokens when asked to', async () => {
    await scanTown('clear', undefined, ['--identities', 'clear']);
    const [alert] = await readNdjson(out('clear'));
    const officials = readFileSync(join(town, 'reference/officials.csv'), 'utf8');
    const { actor } = (alert as unknown as { value: { actor: { id: string } } }).value ?? alert;
    expect(officials).toContain(actor.id);
  });
});

describe('scan of hostile lines', () => {
  const good = (n: number, more = ''): string =>
    `{"eventId":"g${n}","occurredAt":"2026-03-02T10:00:0${n % 10}Z","source":{"system":"brp"},"actor":{"id":"u1"},"action":"view","subject":{"scheme":"local","id":"p${n}"}${more}}`;
  const bad: [reason: string, line: Buffer | string][] = [
    ['not-json', good(0).slice(0, 60)],
    ['line-too-long', good(0).replace('u1', 'u'.repeat(10_000_000))],
    ['not-json', '{"eventId":"\0\0"}'],
    ['not-utf8', Buffer.from(good(0).replace('u1', 'Jos\xe9'), 'latin1')],
    ['too-deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['impossible-time', good(0).replace('03-02', '02-30')],
    ['time-out-of-range', good(0).replace('2026', '9999')],
    ['invalid-field', good(0, ',"query":{"key":"bsn","resultCount":-1}')],
    ['bsn-eleven-test', good(0).replace('"local","id":"p0"', '"bsn","id":"999990021"')],
    ['missing-field', good(0).replace('"action":"view",', '')],
    ['not-an-object', '[1,2]'],
  ];

  test('stores every good line, sets every bad one aside with its reason, and ends well', async () => {
    const parts: Buffer[] = [Buffer.from([0xef, 0xbb, 0xbf])];
    for (const [i, [, line]] of bad.entries())
      parts.push(Buffer.from(`${good(i + 1)}\r\n`), Buffer.from(line as string), Buffer.from('\n'));
    parts.push(Buffer.from(`${good(1)}\n${good(50, ',"__proto__":{"polluted":true}')}\n`));
    const file = join(place.dir, 'hostile.ndjson');
    writeFileSync(file, Buffer.concat(parts));
    const ended = await inzagewacht(['scan', file], { keyFile });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(
      `read ${2 * bad.length + 2} = stored ${bad.length + 1} + duplicates 1 + dead letters ${bad.length}`,
    );
    for (const [reason] of bad) expect(ended.stderr).toContain(reason);
    expect(ended.stderr).toContain('warning');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('memory', () => {
  /** Peak of a scan in MB, from its own summary. */
  const peakOf = async (name: string, lines: Iterable<Buffer>): Promise<number> => {
    const file = join(place.dir, `${name}.ndjson`);
    const out = openSync(file, 'w');
    for (const line of lines) writeSync(out, line);
    closeSync(out);
    const { stderr } = await inzagewacht(
      ['scan', file, '--format', 'canonical', '--out', `${file}.out`],
      { keyFile, workers: 2 },
    );
    rmSync(file);
    return Number(/peak (\d+) MB/.exec(stderr)?.[1]);
  };
  function* longLines(count: number): Generator<Buffer> {
    const long = Buffer.concat([Buffer.alloc(10_000_000, 'x'), Buffer.from('\n')]);
    for (let i = 0; i < count; i++) yield long;
  }

  test('stays flat however much a hostile file holds', async () => {
    const few = await peakOf('few', longLines(2));
    const many = await peakOf('many', longLines(40));
    expect(few).toBeGreaterThan(50);
    // 400 MB of lines too long to be used, against 20 MB of them.
    expect(many).toBeLessThan(few + 200);
  });
});

/** What was missing when the lines below were first read. */
const MENDING = `format: json
system: suite
columns: { occurredAt: tijd, actor.id: wie, subject.bsn: bsn, action: actie }
`;

describe('dead letters', () => {
  test('are listed without their content, and become events after a mend', async () => {
    const data = join(place.dir, 'mended');
    const file = join(place.dir, 'suite.ndjson');
    const line = (n: number): string =>
      JSON.stringify({
        id: `m${n}`,
        tijd: `2026-03-02T10:00:0${n}Z`,
        wie: 'secret-account',
        bsn: '999990019',
        actie: 'view',
      });
    writeFileSync(file, `${line(1)}\n${line(2)}\nnot json at all\n`);
    const scanned = await inzagewacht(
      ['scan', file, '--format', 'canonical', '--data', data],
      place,
    );
    expect(scanned.stderr).toContain('read 3 = stored 0 + duplicates 0 + dead letters 3');
    const listed = await inzagewacht(['dead-letters', 'list', '--data', data], place);
    expect(listed.stdout.split('\n').filter(Boolean)).toHaveLength(3);
    expect(listed.stdout).toContain('suite.ndjson:3: not-json');
    expect(listed.stdout).not.toContain('secret-account');
    const mapping = join(place.dir, 'suite.yaml');
    writeFileSync(mapping, MENDING);
    const replay = ['dead-letters', 'replay', '--data', data, '--mapping', mapping];
    const mended = await inzagewacht(replay, place);
    expect(mended.stderr).toBe('');
    expect(mended.stdout).toBe(
      'read 3 again = mended 2 + still dead 1; 2 events stored, 0 known already\n',
    );
    const again = await inzagewacht(replay, place);
    expect(again.stdout).toContain('read 1 again = mended 0 + still dead 1');
  });
});

describe('wrong use', () => {
  test.each([
    ['an unknown option', ['scan', '--nonsense', 'x'], 2, 'unknown option'],
    ['a path that is not there', ['scan', '/nowhere/log.ndjson'], 1, 'check the path'],
    ['settings that do not fit', ['config', '--config', join(place.dir, 'bad.yaml')], 78, 'budget'],
  ])('%s is told and ends with its own code', async (_, args, code, text) => {
    writeFileSync(join(place.dir, 'bad.yaml'), 'budget: -3\nnonsense: 1\n');
    const ended = await inzagewacht(args, { keyFile });
    expect(ended.stderr).toContain(text);
    expect(ended.code).toBe(code);
  });
});
