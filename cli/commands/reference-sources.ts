import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { isoDay, localDay } from '../../domain/time.ts';
import { mapTable } from '../../reference/map-table.ts';
import { fetchCaseload, mergeCaseload } from '../../reference/zgw-cases.ts';
import { secretOf } from '../source-settings.ts';

/** Replaces a file whole: a reader never sees half a caseload. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** `reference cases` and `reference map`, under the command `reference`. */
export function referenceSourceCommands(reference: Command): void {
  reference
    .command('cases')
    .description(
      'fetches cases and roles of the ZGW Zaken API into caseload.csv, keeping what is there',
    )
    .requiredOption('--url <URL>', 'base address of the API, ending in /api/v1')
    .requiredOption('--client-id <ID>', 'client id known to the API')
    .requiredOption('--secret-file <FILE>', 'file with the secret, readable by its owner only')
    .requiredOption('--out <DIR>', 'reference folder')
    .option('--since <DATE>', 'only cases that began or ended since (ISO date)')
    .exitOverride()
    .action(
      async (o: {
        url: string;
        clientId: string;
        secretFile: string;
        out: string;
        since?: string;
      }) => {
        const fetched = await fetchCaseload({
          ...{ url: o.url, clientId: o.clientId, secret: secretOf(o.secretFile) ?? '' },
          ...(o.since === undefined ? {} : { since: o.since }),
        });
        const path = join(o.out, 'caseload.csv');
        const known = existsSync(path) ? readFileSync(path, 'utf8') : '';
        writeWhole(path, mergeCaseload(known, fetched, isoDay(localDay(Date.now()))));
        process.stdout.write(
          `${fetched.cases.length} cases, ${fetched.rows.length} links between person and official or unit\n`,
        );
      },
    );
  reference
    .command('map')
    .description(
      'turns an export of appointments, work or rosters into a reference file by a mapping',
    )
    .argument('<file>', 'the export (CSV)')
    .requiredOption('--mapping <FILE>', 'which column is what (YAML)')
    .requiredOption('--out <DIR>', 'reference folder; the file in it is replaced')
    .exitOverride()
    .action((file: string, o: { mapping: string; out: string }) => {
      const { table, csv, rows, problems } = mapTable(
        readFileSync(file),
        readFileSync(o.mapping, 'utf8'),
      );
      writeWhole(join(o.out, `${table}.csv`), csv);
      process.stdout.write(
        `${table}.csv: ${rows} rows\n${problems.map((p) => `left out, ${p}\n`).join('')}`,
      );
    });
}
