import { describe, expect, test } from 'vitest';
import { parseCef, parseLeef } from '../../../../ingest/formats/cef.ts';
import { createMonthNameClock } from '../../../../ingest/formats/month-name-time.ts';
import { isFault, parseRfc5424 } from '../../../../ingest/formats/rfc5424.ts';
import { createSyslog } from '../../../../ingest/formats/syslog.ts';
import { readSyslogLine } from '../../../../ingest/formats/syslog-header.ts';
import { fixture, readBytes } from '../../../helpers/read-lines.ts';

const ARRIVED = Date.UTC(2026, 0, 15);
const syslog = createSyslog(() => ARRIVED);
const clock = createMonthNameClock('Europe/Amsterdam', () => ARRIVED);

type Rfc5424Case = {
  title: string;
  inputBase64: string;
  valid: boolean;
  expected: Record<string, unknown> | null;
  errorColumn?: number;
};
const strict = fixture<Rfc5424Case>('rfc5424/cases.json');
describe.skipIf(!strict.isHere)(strict.name, () => {
  test.each(strict.cases.map((c, i) => [`${i} ${c.title}`, c] as const))('%s', (_, c) => {
    const bytes = Buffer.from(c.inputBase64, 'base64');
    const parsed = parseRfc5424(bytes);
    if (!c.valid) {
      expect(parsed).toMatchObject({ column: c.errorColumn });
      return;
    }
    if (isFault(parsed)) throw new Error(`refused at ${parsed.field}`);
    const { at, ...rest } = parsed;
    expect({ ...rest, timestampUtc: at === null ? null : new Date(at).toISOString() }).toEqual(
      c.expected,
    );
  });
  test('through the format: nothing of it is an access, and every invalid one is set aside', () => {
    for (const c of strict.cases.filter((one) => one.inputBase64 !== '')) {
      const bytes = Buffer.from(c.inputBase64, 'base64');
      if (bytes.includes(0x0a)) continue;
      const { events, dead, consumed } = readBytes(syslog, bytes);
      expect([events.length, dead.length, consumed.length]).toEqual(
        c.valid ? [0, 0, 1] : [0, 1, 0],
      );
    }
  });
});

type CarriedCase = {
  input: string;
  expected: {
    format: string;
    priority: number | null;
    timestampText?: string;
    timestamp?: string;
    host?: string;
    cef?: Record<string, unknown>;
    leef?: Record<string, unknown>;
  };
};
const carried = fixture<CarriedCase>('syslog-cef-leef/cases.json');
describe.skipIf(!carried.isHere)(carried.name, () => {
  test.each(carried.cases.map((c, i) => [`${i} ${c.expected.format}`, c] as const))(
    '%s',
    (_, { input, expected }) => {
      const line = readSyslogLine(Buffer.from(input), clock);
      const start = Math.max(line.content.indexOf('CEF:'), line.content.indexOf('LEEF:'));
      const format = start < 0 ? line.format : line.content[start] === 'C' ? 'cef' : 'leef';
      expect(format).toBe(expected.format);
      expect(line.priority).toBe(expected.priority);
      if ('host' in expected) expect(line.host).toBe(expected.host);
      if ('timestampText' in expected) expect(line.timestampText).toBe(expected.timestampText);
      if (expected.cef) expect(parseCef(line.content, start)).toEqual(expected.cef);
      if (expected.leef) expect(parseLeef(line.content, start)).toEqual(expected.leef);
    },
  );
});

const cef = (extension: string): string =>
  `<134>1 2026-01-12T08:00:00Z host app - - - CEF:0|Gemeente|Wmo Suite|1.0|42|Raadplegen|3|${extension}`;

describe('cef', () => {
  test('an agreed label names the person; the device time counts', () => {
    const { events } = readBytes(
      syslog,
      cef(
        'suser=a.bakker cs2=999993367 cs2Label=BSN rt=1768206722000 reason=zaak \\= 12 src=192.0.2.7',
      ),
    );
    expect(events).toMatchObject([
      {
        occurredAt: '2026-01-12T08:32:02.000Z',
        action: 'view',
        source: { system: 'wmo-suite', instance: 'host' },
        actor: { id: 'a.bakker' },
        subject: { scheme: 'bsn', id: '999993367' },
        purpose: { text: 'zaak = 12' },
        device: { ip: '192.0.2.7' },
      },
    ]);
  });
  test('a line about nobody is no access; what is done to somebody must be known', () => {
    expect(readBytes(syslog, cef('suser=a.bakker')).consumed).toEqual(['not-an-access']);
    const unknown = cef('act=beoordeel cs1=999993367 cs1Label=bsn').replace(
      'Raadplegen',
      'Beoordelen',
    );
    expect(readBytes(syslog, unknown).dead).toMatchObject([{ reason: 'unknown-operation' }]);
  });
  test('a header of six pipes is set aside', () => {
    expect(readBytes(syslog, 'CEF:0|a|b|c|d|e|3').dead).toMatchObject([{ field: 'payload' }]);
  });
  test('escapes: pipes in the header, equals signs and line ends in values', () => {
    expect(parseCef('CEF:0|a\\|b|c\\\\|1|2|n|3|msg=x\\=y\\nz a.b=c d=')).toMatchObject({
      deviceVendor: 'a|b',
      deviceProduct: 'c\\',
      extension: { msg: 'x=y\nz', 'a.b': 'c', d: '' },
    });
  });
});

test('leef 2.0 takes its delimiter from the header, as a character or its number', () => {
  for (const [field, delimiter] of [
    ['^', '^'],
    ['x5E', '^'],
    ['0x5e', '^'],
    ['', '\t'],
  ] as const)
    expect(
      parseLeef(`LEEF:2.0|v|p|1|raadplegen|${field}|usrName=a${delimiter}bsn=999993367`)
        ?.attributes,
    ).toEqual({ usrName: 'a', bsn: '999993367' });
  const { events } = readBytes(
    syslog,
    'Jan 12 09:00:00 host LEEF:2.0|v|p|1|raadplegen|^|usrName=a^bsn=999993367^devTime=Jan 12 2026 08:30:00 UTC',
  );
  expect(events).toMatchObject([
    { occurredAt: '2026-01-12T08:30:00.000Z', action: 'view', actor: { id: 'a' } },
  ]);
});

describe('times without a year', () => {
  const year = (text: string): string | null => {
    const found = clock(text)?.instant;
    return found && 'at' in found ? new Date(found.at).toISOString() : null;
  };
  test('the year nearest before arrival, in the zone of the source', () => {
    expect(year('Jan 12 09:00:00')).toBe('2026-01-12T08:00:00.000Z');
    expect(year('Dec 31 09:00:00')).toBe('2025-12-31T08:00:00.000Z');
    expect(year('Jul  1 09:00:00')).toBe('2025-07-01T07:00:00.000Z');
    expect(year('Feb 29 09:00:00')).toBe('2024-02-29T08:00:00.000Z');
    expect(year('Feb 30 09:00:00')).toBeNull();
  });
});

test('structured data counts where its meaning was agreed', () => {
  const line =
    '<134>1 2026-01-12T08:00:00Z host wmo - OPEN [audit@32473 user="a.bakker" bsn="999993367"]';
  expect(readBytes(syslog, line).consumed).toEqual(['not-an-access']);
  const agreed = syslog.with({
    format: 'syslog',
    zone: 'Europe/Amsterdam',
    operations: { OPEN: 'view' },
    fields: { 'actor.id': 'sd.audit@32473.user', 'subject.bsn': 'sd.audit@32473.bsn' },
  });
  expect(readBytes(agreed, line).events).toMatchObject([
    { action: 'view', actor: { id: 'a.bakker' }, subject: { id: '999993367' } },
  ]);
});
