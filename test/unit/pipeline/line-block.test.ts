import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatById } from '../../../ingest/formats/registry.ts';
import { createLineSplitter, lineListOf, linesOfRun } from '../../../ingest/sources/lines.ts';
import { createTokenizer } from '../../../ingest/tokens.ts';
import { linesOf, parseBlock, toBlock } from '../../../pipeline/line-block.ts';

const LONG = 1_048_577;
const LETTERS = ['é', '✓', '𝕏'];

test('lines come over a block as they stood in the chunks, also without being made objects', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r\n', '\r', '', '\ufeff', 'é', '✓', 'a', 'one longer piece'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 40 }), (pieces, size) => {
      const bytes = Buffer.from(`${pieces.join('')}\n`);
      const splitter = createLineSplitter();
      const runs = [];
      for (let at = 0; at < bytes.length; at += size)
        runs.push(...splitter.runs(bytes.subarray(at, at + size)));
      const lines = createLineSplitter().push(bytes);
      // Split by hand: the end of the last line is that of the text.
      const texts = bytes.toString('latin1').slice(0, -1).split('\n');
      expect(lines.map((l) => l.bytes.toString('latin1'))).toEqual(
        texts.map((t, i) => (i === 0 ? t.replace(/^\xef\xbb\xbf/, '') : t).replace(/\r$/, '')),
      );
      expect(runs.flatMap((run) => [...linesOfRun(run)])).toEqual(lines);
      const list = lineListOf(runs);
      expect(lines.map((_, i) => list.at(i))).toEqual(lines);
      expect(list.at(lines.length)).toBeUndefined();
      const sent = [...linesOf(toBlock('file', runs))];
      expect(sent).toEqual(lines.map((line) => ({ ...line, offset: 0 })));
    }),
  );
});

test('a line that is too long is cut, whether it lies in one chunk or in two', () => {
  const bytes = Buffer.from(`first\n${'x'.repeat(LONG)}\nlast\n`);
  for (const at of [bytes.length, 1_000, 7]) {
    const splitter = createLineSplitter();
    const runs = [
      ...splitter.runs(bytes.subarray(0, at)),
      ...splitter.runs(bytes.subarray(at)),
    ].filter((run) => run.ends.length > 0);
    expect(
      [...linesOf(toBlock('file', runs))].map((l) => [l.bytes.length, l.lineNumber, l.isTooLong]),
    ).toEqual([
      [5, 1, undefined],
      [65_536, 2, true],
      [4, 3, undefined],
    ]);
    expect(lineListOf(runs).at(1)).toMatchObject({ isTooLong: true, offset: 6 });
  }
});

test('rows and keys of a block stand where their ends say, whatever letters they hold', () => {
  const ids = Array.from(
    { length: 300 },
    (_, i) => `${LETTERS.slice(0, i % 4).join('')}${'x'.repeat(i % 90)}`,
  );
  const lines = ids.map((eventId, i) =>
    JSON.stringify({
      ...{ eventId: `${i}-${eventId}`, action: 'view' },
      ...{ occurredAt: '2026-03-02T09:14:07Z', source: { system: 'brp' } },
    }),
  );
  const runs = createLineSplitter().runs(Buffer.from(`${lines.join('\n')}\n`));
  const reader = formatById('canonical')?.reader();
  if (reader === undefined) throw new Error('no format');
  const rowOf = (eventId: string): string => `${eventId}\t${'row '.repeat(eventId.length)}`;
  const { rows, rowEnds, keys, keyEnds } = parseBlock(
    toBlock('file', runs),
    reader,
    createTokenizer(Buffer.alloc(32)),
    (event) => rowOf(event.eventId),
  );
  const texts = (bytes: Uint8Array, ends: Uint32Array): string[] =>
    [...ends].map((end, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)).toString());
  const expected = lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId);
  expect(texts(rows, rowEnds)).toEqual(expected.map((id) => `${rowOf(id)}\n`));
  expect(texts(keys, keyEnds)).toEqual(expected.map((id) => `brp\0${id}`));
  expect(rows.length).toBe(rowEnds.at(-1));
});
