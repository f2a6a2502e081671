// One kind of settings file for every source: a mapping of a table or of JSON, or what was agreed
// about a format that describes itself.
import { parse as parseYaml } from 'yaml';
import { AppError } from '../../domain/errors.ts';
import { Agreement } from './agreement.ts';
import { csvFormat } from './csv-mapping.ts';
import { readMapping } from './csv-mapping-schema.ts';
import type { Format } from './format.ts';
import { jsonMappingFormat } from './json-mapping.ts';
import type { AgreedFormat } from './records.ts';
import { formatById } from './registry.ts';

/** The format that a settings file describes; throws ERR_INGEST_MAPPING with every problem at once. */
export function formatFromMapping(yaml: string): Format {
  const id = formatIdOf(yaml);
  if (id === null || id === 'csv' || id === 'json') {
    const mapping = readMapping(yaml);
    return mapping.format === 'json' ? jsonMappingFormat(mapping) : csvFormat(mapping);
  }
  const format = formatById(id);
  if (format === null || !('with' in format))
    throw new AppError(
      'ERR_INGEST_MAPPING',
      `format: there is no format ${id} that takes settings`,
      {},
    );
  const agreement = Agreement.safeParse(parseYaml(yaml));
  if (!agreement.success)
    throw new AppError(
      'ERR_INGEST_MAPPING',
      agreement.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
      {},
    );
  return (format as AgreedFormat).with(agreement.data);
}

function formatIdOf(yaml: string): string | null {
  try {
    const raw: unknown = parseYaml(yaml);
    const id = typeof raw === 'object' && raw !== null && 'format' in raw ? raw.format : null;
    return typeof id === 'string' ? id : null;
  } catch {
    // What is wrong with it is told by the reader of mappings.
    return null;
  }
}
