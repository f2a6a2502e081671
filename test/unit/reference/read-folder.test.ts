import { describe, expect, test } from 'vitest';
import { readReferenceFolder } from '../../../reference/read-folder.ts';
import { aFolder } from './builders.ts';

const RELATIONS = 'personId,relatedPersonId,relation,validFrom,validTo';
const OFFICIALS = 'actorId,personId,unit,role,managerId,validFrom,validTo';
const WATCH = 'personId,category,validFrom,validTo';

describe('reading a reference folder', () => {
  test('an empty folder delivers nothing and is no problem', async () => {
    const { tables, problems, counts } = await readReferenceFolder(await aFolder({}));
    expect(problems).toEqual([]);
    expect(counts).toEqual({});
    expect(Object.values(tables.delivered)).not.toContain(true);
  });

  test('a folder that is not there is refused with a code', async () => {
    await expect(readReferenceFolder('/nowhere/at/all')).rejects.toMatchObject({
      code: 'ERR_REFERENCE_FOLDER',
    });
  });

  test('a byte order mark, CRLF, quotes, extra columns and another order are fine', async () => {
    const dir = await aFolder({
      'officials.csv':
        '\uFEFFrole,actorId,"personId",unit,managerId,validFrom,validTo,note,kind\r\n' +
        'clerk,a1,p1,"Burgerzaken, ""balie""",,2024-01-01,2024-12-31,"two\r\nlines",\r\n\r\n' +
        'robot,a2,,ICT,,,,,service\r\n',
    });
    const { tables, problems } = await readReferenceFolder(dir);
    expect(problems).toEqual([]);
    expect(tables.officials).toEqual([
      {
        actorId: 'a1',
        personId: 'p1',
        unit: 'Burgerzaken, "balie"',
        role: 'clerk',
        managerId: '',
        kind: 'person',
        from: Date.parse('2024-01-01T00:00:00+01:00'),
        to: Date.parse('2025-01-01T00:00:00+01:00'),
      },
      expect.objectContaining({ actorId: 'a2', kind: 'service', from: null, to: null }),
    ]);
  });

  test('a plain end date holds through that local day, also when the clock changes', async () => {
    const dir = await aFolder({ 'watchlist.csv': `${WATCH}\np1,media,2024-03-31,2024-03-31\n` });
    const { tables } = await readReferenceFolder(dir);
    expect(tables.watchlist[0]).toMatchObject({
      from: Date.parse('2024-03-31T00:00:00+01:00'),
      to: Date.parse('2024-04-01T00:00:00+02:00'),
    });
  });

  test('a date-time keeps its own instant and old ones are accepted', async () => {
    const dir = await aFolder({
      'watchlist.csv': `${WATCH}\np1,media,1990-01-01T00:00:00+01:00,2024-03-31T12:00:00Z\n`,
    });
    const { tables, problems } = await readReferenceFolder(dir);
    expect(problems).toEqual([]);
    expect(tables.watchlist[0]?.from).toBe(Date.parse('1990-01-01T00:00:00+01:00'));
    expect(tables.watchlist[0]?.to).toBe(Date.parse('2024-03-31T12:00:00Z'));
  });

  test('every bad row is named with line, column and reason and hides no good one', async () => {
    const rows = [
      'p1,p2,parent,,', // 2
      'p1,p3,cousin,,', // 3
      'p1,,parent,,', // 4
      'p1,p4,partner,2024-02-30,', // 5
      'p1,p4,partner,2024-02-03,2024-02-01', // 6
      'p1,p4,partner,2024-02-03T10:00:00,', // 7
      'p1,p4,partner', // 8
      'p1,"p4"x,partner,,', // 9
      'p1,p1,partner,,', // 10
      '9.9999E+08,p4,partner,,', // 11
      'p1,p4,partner,1066-10-14,', // 12
      'p1,"p5,partner,,', // 13
      'p1,p6,child,,', // 14
    ];
    const dir = await aFolder({ 'relations.csv': [RELATIONS, ...rows].join('\n') });
    const { tables, problems, counts } = await readReferenceFolder(dir);
    expect(tables.relations.map((row) => row.relatedPersonId)).toEqual(['p2', 'p6']);
    expect(counts).toEqual({ relations: 2 });
    expect(problems.map((p) => [p.line, p.column, p.reason])).toEqual([
      [3, 'relation', 'unknown-value'],
      [4, 'relatedPersonId', 'missing-value'],
      [5, 'validFrom', 'impossible-date'],
      [6, 'validTo', 'ends-before-start'],
      [7, 'validFrom', 'impossible-date'],
      [8, null, 'wrong-column-count'],
      [9, null, 'stray-quote'],
      [10, 'relatedPersonId', 'related-to-self'],
      [11, 'personId', 'number-mangled'],
      [12, 'validFrom', 'date-out-of-range'],
      [13, null, 'unclosed-quote'],
    ]);
    expect(problems.every((p) => p.file === 'relations.csv')).toBe(true);
  });

  test('a line number counts lines inside quoted fields', async () => {
    const dir = await aFolder({ 'watchlist.csv': `${WATCH}\n"p\n1",media,,\np2,nobody,,\n` });
    const { problems } = await readReferenceFolder(dir);
    expect(problems).toMatchObject([{ line: 4, reason: 'unknown-value' }]);
  });

  test.each([
    ['a spreadsheet', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'binary'],
    ['Latin-1 text', Buffer.from(`${WATCH}\nJos\xe9,media,,\n`, 'latin1'), 'not-utf8'],
    ['nothing at all', Buffer.from(''), 'empty-file'],
    ['semicolons', Buffer.from(`${WATCH.replaceAll(',', ';')}\n`), 'semicolon-separated'],
    ['a mistyped header', Buffer.from('personId,category,validFrom,valid_to\n'), 'missing-column'],
    ['a double header', Buffer.from(`${WATCH},personId\n`), 'duplicate-column'],
  ])('a file that holds %s is refused whole and is not delivered', async (_, bytes, reason) => {
    const dir = await aFolder({
      'watchlist.csv': bytes,
      'officials.csv': `${OFFICIALS}\na1,,,,,,\n`,
    });
    const { tables, problems } = await readReferenceFolder(dir);
    expect(problems).toMatchObject([{ file: 'watchlist.csv', reason }]);
    expect(tables.delivered).toMatchObject({ watchlist: false, officials: true });
    expect(tables.officials).toHaveLength(1);
  });

  test('birth dates may be partial, a person counts once', async () => {
    const header =
      'personId,surname,surnamePrefix,birthDate,addressId,street,houseNumber,postcode,municipality,secrecy';
    const rows = [
      'p1,A,,1978,,,,,,0',
      'p2,A,,1978-03,,,,,,7',
      'p1,B,,,,,,,,',
      'p3,A,,1978-13,,,,,,9',
    ];
    const dir = await aFolder({ 'persons.csv': [header, ...rows].join('\n') });
    const { tables, problems } = await readReferenceFolder(dir);
    expect(tables.persons.map((p) => [p.birthDate, p.secrecy])).toEqual([
      ['1978', 0],
      ['1978-03', 7],
    ]);
    expect(problems.map((p) => [p.line, p.reason])).toEqual([
      [4, 'duplicate-person'],
      [5, 'impossible-date'],
      [5, 'unknown-value'],
    ]);
  });

  test('caseload rows name their matter, mandates name whose they are', async () => {
    const dir = await aFolder({
      'caseload.csv':
        'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo\n' +
        'Z1,,case,a1,,wmo,,\n,,case,a1,,wmo,,\n,,mandate,,Fraude,,,\n,p1,mandate,,,,,\n',
      'roster.csv': 'actorId,kind,from,to\na1,leave,2024-05-01,\na1,leave,2024-05-01,2024-05-02\n',
    });
    const { tables, problems } = await readReferenceFolder(dir);
    expect(tables.caseload).toHaveLength(2);
    expect(tables.roster).toHaveLength(1);
    expect(problems.map((p) => [p.file, p.line, p.column])).toEqual([
      ['caseload.csv', 3, 'caseRef'],
      ['caseload.csv', 5, 'actorId'],
      ['roster.csv', 2, 'to'],
    ]);
  });
});
