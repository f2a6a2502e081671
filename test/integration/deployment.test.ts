import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
type Service = { build?: string; command?: string[] };
const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { services: Record<string, Service> };
const commands = Object.values(services)
  .filter((s) => s.build !== undefined)
  .map((s) => s.command ?? []);

test.each([...new Map(commands.map((c) => [c[0] ?? '', c])).values()])(
  'docker-compose.yml runs `%s` with options that exist',
  async (name, ...args) => {
    const { keyFile, remove } = aWorkplace();
    const { code, stdout } = await inzagewacht([name, '--help'], { keyFile });
    remove();
    expect([code, stdout.includes(`inzagewacht ${name} `)]).toEqual([0, true]);
    const unknown = args.filter((a) => a.startsWith('--') && !stdout.includes(`${a} `));
    expect(unknown).toEqual([]);
  },
);
