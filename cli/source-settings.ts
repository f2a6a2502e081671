import { readFileSync, statSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const port = z.int().min(0).max(65_535);
const listening = { name, host: z.string().default('127.0.0.1'), port };
const asked = {
  name,
  everySeconds: z.number().positive().default(10),
  /** Name of the format of the lines; recognised when left out. */
  format: z.string().optional(),
  /** File that holds the password or secret key, readable by its owner only. */
  secretFile: z.string().optional(),
};

/** Ways in: what listens, and what is asked. */
export const SourceSettings = z.strictObject({
  sources: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('syslog'),
          ...listening,
          tls: z
            .strictObject({ cert: z.string(), key: z.string(), ca: z.string().optional() })
            .optional(),
        }),
        z.strictObject({
          kind: z.literal('otlp'),
          ...listening,
          secretFile: z.string().optional(),
        }),
        z.strictObject({
          kind: z.literal('postgres'),
          ...asked,
          url: z.string(),
          query: z.string(),
          cursor: z.string(),
          cursorType: z.enum(['bigint', 'timestamptz', 'text']).default('bigint'),
          overlap: z.number().min(0).default(0),
        }),
        z.strictObject({
          kind: z.literal('clickhouse'),
          ...asked,
          url: z.url(),
          user: z.string().optional(),
          query: z.string(),
          cursor: z.string(),
          cursorType: z.string().default('Int64'),
        }),
        z.strictObject({
          kind: z.literal('s3'),
          ...asked,
          endpoint: z.url(),
          bucket: z.string(),
          prefix: z.string().optional(),
          region: z.string().default('us-east-1'),
          accessKey: z.string(),
        }),
      ]),
    )
    .min(1),
});
export type SourceSettings = z.infer<typeof SourceSettings>;
export type SourceSetting = SourceSettings['sources'][number];

/** Reads the settings of ways in; throws ERR_CONFIG_REFUSED with every problem at once. */
export function readSourceSettings(file: string): SourceSettings {
  const result = SourceSettings.safeParse(parseYaml(readFileSync(file, 'utf8')));
  const problems = result.success
    ? []
    : result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  const names = result.success ? result.data.sources.map((s) => s.name) : [];
  if (new Set(names).size < names.length) problems.push('sources: two have one name');
  if (result.success && problems.length === 0) return result.data;
  throw new AppError('ERR_CONFIG_REFUSED', `The sources are refused:\n  ${problems.join('\n  ')}`, {
    problems,
  });
}

/** A secret from its own file; others must not be able to read it. */
export function secretOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  if ((statSync(file).mode & 0o077) !== 0)
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      `Others can read ${file}: run chmod 600 on it first.`,
      { file },
    );
  return readFileSync(file, 'utf8').trim();
}
