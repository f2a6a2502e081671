import { describe, expect, test } from 'vitest';
import { createRecordParser } from '../../../../ingest/formats/csv-record.ts';
import { pgaudit } from '../../../../ingest/formats/pgaudit.ts';
import { toAuditRecord } from '../../../../ingest/formats/pgaudit-record.ts';
import { fixture, readBytes } from '../../../helpers/read-lines.ts';

type Case = {
  id: string;
  record: string;
  columns: Record<string, string | number>;
  meaning: {
    suggestedAction: string | null;
    rows?: number | null;
    parameters?: string[];
    statementMissing: boolean;
  };
};
const { cases, isHere, name } = fixture<Case>('pgaudit/cases.json');
const PREFIX = '2026-01-12 09:00:00.123 CET [42] a.bakker@wmo LOG:  AUDIT: ';
const inLog = (record: string): string => PREFIX + record.replaceAll('\n', '\n\t');

describe.skipIf(!isHere)(name, () => {
  test.each(cases.map((c) => [c.id, c] as const))('%s', (_, { record, columns, meaning }) => {
    const parser = createRecordParser(',');
    const states = record.split('\n').map((line) => parser.feed(line));
    expect(states.at(-1)).toBe('whole');
    const { statement, parameter, rows, ...rest } = columns;
    const read = toAuditRecord(parser.fields());
    expect(read).toMatchObject(rest);
    if (!meaning.statementMissing) expect(read?.statement).toBe(statement);
    if (meaning.parameters) expect(read?.parameters).toEqual(meaning.parameters);
    if ('rows' in meaning) expect(read?.rows).toBe(meaning.rows);

    const { events, dead, consumed } = readBytes(pgaudit, inLog(record));
    expect(dead).toEqual([]);
    if (meaning.suggestedAction === null) expect(consumed).toEqual(['not-an-access']);
    else
      expect(events).toMatchObject([
        {
          action: meaning.suggestedAction,
          actor: { id: 'a.bakker' },
          occurredAt: '2026-01-12T08:00:00.123Z',
        },
      ]);
    expect(JSON.stringify(events)).not.toContain(
      String(parameter).slice(0, 40) + String(statement),
    );
  });
  test('all in one log: each record gives one event or is no access', () => {
    const { events, consumed, dead } = readBytes(
      pgaudit,
      cases.map((c) => inLog(c.record)).join('\n'),
    );
    expect(events.length + consumed.length).toBe(cases.length);
    expect(dead).toEqual([]);
  });
});

const READ =
  'SESSION,1,1,READ,SELECT,TABLE,public.client,"select * from client\nwhere bsn = \'999993367\'",<not logged>,3';

test('a statement over lines ends with its record; what is broken sets aside itself only', () => {
  const broken = `${PREFIX}SESSION,2,1,READ,SELECT,TABLE,t,"never closed`;
  const { events, dead } = readBytes(pgaudit, [broken, inLog(READ)].join('\n'));
  expect(dead).toMatchObject([{ reason: 'wrong-column-count', line: 1 }]);
  expect(events).toMatchObject([
    { action: 'view', query: { resultCount: 3 }, fields: ['public.client'] },
  ]);
  expect(JSON.stringify(events)).not.toContain('999993367');
});

test('the CSV and JSON logs of the server say who and when', () => {
  const message = `AUDIT: ${READ}`;
  const quoted = `"${message.replaceAll('"', '""')}"`;
  const csv = `2026-01-12 09:00:00.123 CET,"a.bakker","wmo",42,"192.0.2.7:5432",65a0f0c1.2a,1,"SELECT",2026-01-12 08:59:00 CET,3/1,0,LOG,00000,${quoted},,,,,,,,,"suite"`;
  const json = JSON.stringify({
    timestamp: '2026-01-12 09:00:00.123 CET',
    user: 'a.bakker',
    dbname: 'wmo',
    remote_host: '192.0.2.7',
    session_id: '65a0f0c1.2a',
    message,
  });
  const expected = {
    actor: { id: 'a.bakker' },
    action: 'view',
    device: { ip: '192.0.2.7' },
    source: { instance: 'wmo' },
  };
  const fromCsv = readBytes(pgaudit, csv).events;
  expect(fromCsv).toMatchObject([expected]);
  expect(readBytes(pgaudit, json).events).toEqual(fromCsv);
});

test('an agreed prefix and an application user as a parameter', () => {
  const format = pgaudit.with({
    format: 'pgaudit',
    zone: 'Europe/Amsterdam',
    operations: {},
    prefix: '%m|%c|%u|',
    fields: { 'actor.id': 'parameters.0', 'subject.bsn': 'parameters.1' },
  });
  const line =
    '2026-01-12 09:00:00.123 CET|65a0f0c1.2a|pool|LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,t,select,"a.bakker,999993367"';
  expect(readBytes(format, line).events).toMatchObject([
    { actor: { id: 'a.bakker' }, subject: { id: '999993367' }, sessionId: '65a0f0c1.2a' },
  ]);
});

test('a command or class that no table knows is set aside', () => {
  const line = (kind: string, command: string) =>
    `${PREFIX}SESSION,1,1,${kind},${command},TABLE,t,x,<none>`;
  expect(readBytes(pgaudit, line('READ', 'PEEK')).dead).toMatchObject([{ field: 'COMMAND' }]);
  expect(readBytes(pgaudit, line('SPY', 'SELECT')).dead).toMatchObject([{ field: 'CLASS' }]);
});
