// The same town with poorer or blunter reference data.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createCsvFile } from '../write.ts';

type Ablation = (from: string, to: string) => void;

const without =
  (...missing: string[]): Ablation =>
  (from, to) => {
    mkdirSync(to);
    for (const file of readdirSync(from))
      if (!missing.includes(file)) copyFileSync(join(from, file), join(to, file));
  };

/** Every case of a colleague counts as one's own: what explaining by team alone would do. */
function weakAsStrong(from: string, to: string): void {
  without('caseload.csv')(from, to);
  const rowsOf = (file: string): string[][] =>
    parse(readFileSync(join(from, file)), { relax_column_count: true });
  const [, ...officials] = rowsOf('officials.csv');
  const members = new Map<string, Set<string>>();
  for (const [actorId = '', , unit = ''] of officials)
    members.set(unit, (members.get(unit) ?? new Set<string>()).add(actorId));
  const [header = [], ...cases] = rowsOf('caseload.csv');
  const file = createCsvFile(join(to, 'caseload.csv'), header.join(','));
  const newest =
    cases
      .map((row) => row[6] ?? '')
      .toSorted()
      .at(-1) ?? '';
  // Work that ended long before the period explains nothing in it.
  const since = new Date(Date.parse(newest) - 120 * 86_400_000).toISOString();
  for (const row of cases) {
    const [caseRef, personId, kind, , unit = '', ...rest] = row;
    file.row(row);
    if (kind === 'mandate' || (row[7] ?? '') < since) continue;
    for (const actorId of members.get(unit) ?? [])
      if (actorId !== row[3])
        file.row([caseRef ?? '', personId ?? '', kind ?? '', actorId, unit, ...rest]);
  }
  file.close();
}

/** By name as the report shows it; each writes a reference folder to `to`. */
export const ABLATIONS: Record<string, Ablation> = {
  'without relations and addresses': without('relations.csv', 'addresses.csv'),
  'without caseload': without('caseload.csv'),
  'without watchlist': without('watchlist.csv'),
  'without roster': without('roster.csv'),
  'weak explanations as strong': weakAsStrong,
};
