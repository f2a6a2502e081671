import { describe, expect, test } from 'vitest';
import { canonical } from '../../../ingest/formats/canonical.ts';
import type { Emit } from '../../../ingest/formats/format.ts';
import { gemma } from '../../../ingest/formats/gemma.ts';
import { ldv } from '../../../ingest/formats/ldv.ts';
import { createJoin } from '../../../ingest/join.ts';
import { sampleLog } from '../../../simulation/format-samples.ts';
import { fixture } from '../../helpers/read-lines.ts';

type Record_ = Record<string, unknown>;
type Case = {
  title: string;
  spans: Record_[];
  audit: Record_[];
  expected: { spanId: string; actor: string | null }[];
};

function run(inputs: readonly (readonly ['span' | 'audit' | 'gemma', Record_])[], options = {}) {
  const join = createJoin(options);
  const events: { spanId?: string; actor: string | null; subject: string | null }[] = [];
  const consumed: string[] = [];
  const emit: Emit = {
    event: ({ event }) =>
      events.push({
        ...(event.spanId === undefined ? {} : { spanId: event.spanId }),
        actor: event.actor?.id ?? null,
        subject: event.subject?.id ?? null,
      }),
    dead: (reason) => {
      throw new Error(reason);
    },
    consumed: (kind) => consumed.push(kind),
  };
  const readers = { span: ldv.reader(), audit: canonical.reader(), gemma: gemma.reader() };
  let lineNumber = 0;
  for (const [kind, record] of inputs)
    join
      .through(readers[kind], { span: 'ldv', audit: 'canonical', gemma: 'gemma' }[kind])
      .line(
        { bytes: Buffer.from(JSON.stringify(record)), lineNumber: ++lineNumber, offset: 0 },
        emit,
      );
  join.end();
  return { events, consumed, counts: join.counts };
}

const { cases, isHere, name } = fixture<Case>('ldv/joins.json');
describe.skipIf(!isHere)(name, () => {
  for (const order of ['spans first', 'audit first'] as const)
    test.each(cases.map((c) => [c.title, c] as const))(`%s (${order})`, (_, c) => {
      const spans = c.spans.map((s) => ['span', s] as const);
      const audits = c.audit.map((a) => ['audit', a] as const);
      const { events } = run(
        order === 'spans first' ? [...spans, ...audits] : [...audits, ...spans],
      );
      for (const { spanId, actor } of c.expected)
        expect(events.filter((e) => e.spanId === spanId && e.subject !== null)).toMatchObject([
          { actor },
        ]);
    });
});

const span = (
  n: number,
  trace = 'f5ab978ada653d895ed68ebc75aa34bc',
): readonly ['span', Record_] => [
  'span',
  {
    trace_id: trace,
    span_id: `2465a128ca302ed${n}`,
    name: 'Raadplegen persoon',
    start_time: 1768206722000 + n,
    attributes: { 'dpl.core.data_subject_id': '999993367' },
    status: 'Ok',
  },
];
const audit = (
  actor: string,
  n: number | null,
  at = 1768206722005,
): readonly ['audit', Record_] => [
  'audit',
  {
    occurredAt: new Date(at).toISOString(),
    source: { system: 'suite' },
    actor: { id: actor },
    action: 'view',
    traceId: 'F5AB978ADA653D895ED68EBC75AA34BC',
    ...(n === null ? {} : { spanId: `2465a128ca302ed${n}` }),
  },
];

describe('joining', () => {
  test('an audit line about nobody is the request of its record, and counted once', () => {
    const { events, consumed, counts } = run([span(1), audit('a', 1)]);
    expect(events).toMatchObject([{ actor: 'a', subject: '999993367' }]);
    expect(consumed).toEqual(['request-with-persons']);
    expect(counts).toEqual({ joined: 1, unjoined: 0, waiting: 0 });
  });
  test('two candidates are not resolved, whoever was nearer in time', () => {
    const { events, counts } = run([audit('a', null), span(1), audit('b', null)]);
    expect(events.filter((e) => e.subject !== null)).toMatchObject([{ actor: null }]);
    expect(events).toHaveLength(3);
    expect(counts.unjoined).toBe(1);
  });
  test('an own span settles it although the trace has another official', () => {
    const { events } = run([span(1), span(2), audit('a', 1), audit('b', 2)]);
    expect(events.map((e) => e.actor).sort()).toEqual(['a', 'b']);
  });
  test('without an audit line the record goes on, and is counted', () => {
    expect(run([span(1)])).toMatchObject({ events: [{ actor: null }], counts: { unjoined: 1 } });
  });
  test('past the window of both logs, and beyond the room, records do not wait', () => {
    const late = 1768206722000 + 16 * 60_000;
    const other = span(3, 'a5ab978ada653d895ed68ebc75aa34bd');
    const later = [other[0], { ...other[1], start_time: late }] as const;
    const [kind, line] = audit('x', 9, late);
    const elsewhere = [kind, { ...line, traceId: 'c5ab978ada653d895ed68ebc75aa34bd' }] as const;
    const { events } = run([span(1), later, elsewhere, audit('a', 1)]);
    expect(events[0]).toMatchObject({ actor: null, subject: '999993367' });
    const full = run([span(1), span(2, 'b5ab978ada653d895ed68ebc75aa34bd'), audit('a', 1)], {
      maxWaiting: 1,
    });
    expect(full.events[0]).toMatchObject({ actor: null });
  });
  test('a GEMMA record without a user takes the official of its processing', () => {
    const [line] = sampleLog('gemma', 1).toString('utf8').split('\n');
    const { gebruiker: _, ...entry } = JSON.parse(line ?? '') as Record_;
    const [kind, record] = audit('a', null);
    const { events } = run([
      ['gemma', entry],
      [kind, { ...record, traceId: entry['verwerkingId'] }],
    ]);
    expect(events).toMatchObject([{ actor: 'a' }, { actor: 'a' }]);
  });
  test('another record of the same processing names nobody for this one', () => {
    const [line] = sampleLog('gemma', 1).toString('utf8').split('\n');
    const entry = JSON.parse(line ?? '') as Record_;
    const { gebruiker: _, ...without } = entry;
    const { events, consumed } = run([
      ['gemma', { ...entry, verwerkteObjecten: [] }],
      ['gemma', without],
    ]);
    expect(events.map((e) => e.actor)).toEqual(['medewerker0', null, null]);
    expect(consumed).toEqual([]);
  });
});
