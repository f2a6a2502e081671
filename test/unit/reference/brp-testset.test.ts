import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildAddressBook } from '../../../reference/addresses.ts';
import { convertBrpTestset } from '../../../reference/brp-testset.ts';
import { buildKinGraph } from '../../../reference/kin-graph.ts';
import { kinOf } from '../../../reference/kinship.ts';
import { readReferenceFolder } from '../../../reference/read-folder.ts';

const DIR = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'data/brp-testset');
const SOURCE = join(DIR, '20220502_Testset_persoonslijsten_proefomgeving_GBA-V.csv');
const isThere = existsSync(SOURCE);

test('a file that is no person list is refused', () => {
  expect(() => convertBrpTestset(Buffer.from('a;b\n1;2\n'))).toThrow(/RvIG/);
});

test('a small person list becomes a person, a stay and a parent', () => {
  const header = ';01.01.20;01.02.40;01.03.10;01.H;02.01.20;02.62.10;08.09.10;08.10.10;08.10.30;';
  const rest = '08.11.10;08.11.20;08.11.60;08.H;07.70.10;';
  const line = 'Lg1;999990019;Proef;19800012;;999990020;19800101;0999;W;20010203;Laan;1;1234AB;;0;';
  const { persons, addresses, relations } = convertBrpTestset(
    Buffer.from(`${header}${rest}\n${line}\n`),
  );
  expect(persons.split('\r\n')[1]).toBe('999990019,Proef,,1980,1234AB/1,Laan,1,1234AB,0999,0');
  expect(addresses.split('\r\n')[1]).toBe('999990019,1234AB/1,Laan,1,1234AB,0999,2001-02-03,');
  expect(relations.split('\r\n').slice(1, 3)).toEqual([
    '999990019,999990020,parent,1980-01-01,',
    '999990020,999990019,child,1980-01-01,',
  ]);
});

describe.skipIf(!isThere)(
  `the RvIG test set${isThere ? '' : ' (skipped: no third-party data)'}`,
  () => {
    test('converts to the reference files that lie beside it', () => {
      for (const [name, text] of Object.entries(convertBrpTestset(readFileSync(SOURCE))))
        expect(text === readFileSync(join(DIR, 'reference', `${name}.csv`), 'utf8'), name).toBe(
          true,
        );
    });

    test('reads without a problem', async () => {
      const { problems, counts } = await readReferenceFolder(join(DIR, 'reference'));
      expect(problems).toEqual([]);
      expect(counts).toEqual({ persons: 682, addresses: 1136, relations: 1384 });
    });

    test('gives the sibling pairs of its description', async () => {
      const { relations, persons } = (await readReferenceFolder(join(DIR, 'reference'))).tables;
      // Birth dates are left out, since the description counts the ten parents younger than a child.
      const graph = buildKinGraph(relations, []);
      const pairs = new Set<string>();
      for (const person of graph.edges.keys())
        for (const tie of kinOf(graph, person))
          if (tie.path.en === 'sibling') pairs.add([person, tie.relative].sort().join('|'));
      const inSet = new Set(persons.map((person) => person.personId));
      expect(pairs.size).toBe(537);
      expect(
        [...pairs].filter((pair) => pair.split('|').every((id) => inSet.has(id))),
      ).toHaveLength(517);
      expect(buildKinGraph(relations, persons).dropped).toBe(10);
    });

    test('gives the pairs now at one address and three institutions', async () => {
      const { tables } = await readReferenceFolder(join(DIR, 'reference'));
      const homes = [...buildAddressBook(tables).homes.values()].map((home) => ({
        people: home.stays.filter((stay) => stay.to === Infinity).length,
        isInstitution: home.crowded.at(-1)?.to === Infinity,
      }));
      const pairs = homes
        .filter((home) => !home.isInstitution)
        .reduce((sum, { people }) => sum + (people * (people - 1)) / 2, 0);
      // The description says 653: it takes an id with a leading blank for another address.
      expect(pairs).toBe(655);
      const institutions = homes.filter((home) => home.isInstitution).map((home) => home.people);
      expect(institutions.sort()).toEqual([14, 16, 20]);
    });
  },
);
