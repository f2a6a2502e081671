import { emitOutcome, parseJson } from './canonical.ts';
import { columnNames, createRowReader } from './csv-mapping.ts';
import type { CsvMapping } from './csv-mapping-schema.ts';
import type { Format } from './format.ts';
import { fieldAt, firstAt, type Json, scalarOf } from './json-fields.ts';
import { dead, emitFound, isSetAside } from './records.ts';

/** Text of a value; a list of texts is written with commas, as in a table. */
const cellOf = (json: Json, path: string): string => {
  const value = fieldAt(json, path);
  if (Array.isArray(value)) return value.map((v) => scalarOf(v) ?? '').join(',');
  return firstAt(json, path) ?? '';
};

/** One JSON object a line whose fields a mapping file names: no code for a log of one's own. */
export function jsonMappingFormat(mapping: CsvMapping): Format {
  const names = [
    ...new Set(
      Object.values(mapping.columns).flatMap((c) => (c === undefined ? [] : columnNames(c))),
    ),
  ];
  const header = new Map(names.map((name, i) => [name, i]));
  return {
    id: `json:${mapping.system}`,
    version: 1,
    detect: () => false,
    reader() {
      const toRow = createRowReader(mapping);
      return {
        line(line, emit) {
          if (isSetAside(line, emit)) return;
          const parsed = parseJson(line.bytes);
          if (parsed.kind === 'ok')
            emitOutcome(
              toRow(
                names.map((name) => cellOf(parsed.value, name)),
                header,
              ),
              line,
              emit,
            );
          else emitFound([parsed.kind === 'drop' ? dead('not-json') : parsed], line, emit);
        },
        end: () => undefined,
      };
    },
  };
}
