import { describe, expect, test } from 'vitest';
import { guessMapping } from '../../../../ingest/formats/guess-mapping.ts';
import { formatFromMapping } from '../../../../ingest/formats/mapping.ts';
import { readBytes } from '../../../helpers/read-lines.ts';

const DUTCH = `Logregel;Datum/tijd;Medewerker;Afdeling;Nummer;Handeling;Scherm;Zaaknummer
1;12-01-2026 09:00:01;abak;Wmo;999993367;Raadplegen;Overzicht;Z-1
2;12-01-2026 09:01:01;abak;Wmo;999993240;Raadplegen;Inkomsten;
3;12-01-2026 09:02:01;cdev;Jeugd;999993252;Wijzigen;Adres;Z-2
4;12-01-2026 09:03:01;cdev;Jeugd;999991371;Beoordelen;Adres;Z-2
`;

describe('a first mapping of a table', () => {
  test('Dutch headers; the number is known by its values', () => {
    const guess = guessMapping(Buffer.from(DUTCH), 'wmo-suite');
    expect(guess?.remarks.join(' ')).toContain('eleven-test');
    const { events, dead } = readBytes(formatFromMapping(guess?.yaml ?? ''), DUTCH);
    expect(events).toMatchObject([
      {
        occurredAt: '2026-01-12T08:00:01.000Z',
        source: { system: 'wmo-suite' },
        actor: { id: 'abak', unit: 'Wmo' },
        subject: { scheme: 'bsn', id: '999993367' },
        action: 'view',
        purpose: { caseRef: 'Z-1' },
        fields: ['Overzicht'],
      },
      { action: 'view' },
      { action: 'update' },
    ]);
    // What nobody explained is set aside, not guessed.
    expect(dead).toMatchObject([{ reason: 'unknown-operation', line: 5 }]);
  });
  test('English headers, commas, times with offset', () => {
    const table = `timestamp,user_name,person id,operation,status
2026-01-12T09:00:00+01:00,abak,4711,view,ok
2026-01-12T09:01:00+01:00,abak,4712,search,denied
`;
    const guess = guessMapping(Buffer.from(table), 'crm');
    expect(readBytes(formatFromMapping(guess?.yaml ?? ''), table).events).toMatchObject([
      { actor: { id: 'abak' }, subject: { scheme: 'local', id: '4711' }, outcome: 'success' },
      { action: 'search', outcome: 'denied' },
    ]);
  });
  test('windows-1252 is seen, and a file that is no table is not one', () => {
    const latin = Buffer.from('Tijdstip;Cliënt;Gebruiker\n12-01-2026 09:00;Zoë;a\n', 'latin1');
    expect(guessMapping(latin, 'x')?.yaml).toContain('windows-1252');
    expect(guessMapping(Buffer.from('{"a":1}\n'), 'x')).toBeNull();
    expect(guessMapping(Buffer.from('just a line\n'), 'x')).toBeNull();
    expect(guessMapping(Buffer.alloc(0), 'x')).toBeNull();
  });
  test('what was not found is said', () => {
    const guess = guessMapping(Buffer.from('a;b\n1;2\n'), 'x');
    expect(guess?.remarks.join(' ')).toMatch(/occurredAt.*actor\.id.*subject\.bsn/);
  });
});
