import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packReference } from '../../../domain/packed-reference.ts';
import type { ReferenceData, ReferenceRows, Validity } from '../../../domain/reference.ts';
import { indexPacked, indexReference } from '../../../reference/index-rows.ts';
import { anOfficial, aReference, aTie, token } from '../../helpers/lookups.ts';
import { answerPlainly } from '../../helpers/plain-reference.ts';

const ACTORS = ['a0', 'a1', 'a2', 'a3'].map(token);
/** Names that share letters, begin alike, are no ASCII, or are those of an official or a kind of case. */
const SUBJECTS = ['s0', 's1', 's10', 'é', 'Ã©', '🏠', 'a0', 'mandate'].map(token);
const REFS = ['z0', 'z1', 's1'].map(token);
const HOMES = ['h0', 'h1'];
const UNITS = ['', 'desk', 'wijkteam ✓'];
const INSTANTS = [-1, 0, 10, 20, 30];

const one = fc.constantFrom;
const orNull = <T>(values: readonly T[]): fc.Arbitrary<T | null> => one(null, ...values);
const validity: fc.Arbitrary<Validity> = fc.record({ from: orNull([0, 10]), to: orNull([10, 20]) });
const rowsOf = <T>(fields: fc.Arbitrary<T>): fc.Arbitrary<(T & Validity)[]> =>
  fc.array(
    fc.tuple(fields, validity).map(([row, window]) => ({ ...row, ...window })),
    { maxLength: 14 },
  );

const someRows: fc.Arbitrary<ReferenceRows> = fc.record({
  version: fc.constant('v'),
  delivered: fc.boolean().map((persons) => ({ ...aReference().delivered, persons })),
  officials: rowsOf(
    fc.record({
      actor: one(...ACTORS),
      persons: fc.uniqueArray(one(...SUBJECTS), { maxLength: 3 }),
      unit: one(...UNITS),
      role: one('clerk', ''),
      manager: orNull(ACTORS),
      kind: one('person' as const, 'service' as const),
    }),
  ),
  ties: rowsOf(
    fc.record({
      actor: one(...ACTORS),
      subject: one(...SUBJECTS),
      kind: one('self', 'relative', 'ex-partner', 'housemate', 'neighbour'),
      degree: fc.integer({ min: 0, max: 3 }),
      path: one({ nl: 'zus', en: 'sister' }, { nl: 'zus', en: 'half-sister' }, { nl: '', en: '' }),
      endedAt: orNull([10]),
    }),
  ),
  caseload: rowsOf(
    fc.record({
      caseRef: orNull(REFS),
      subject: orNull(SUBJECTS),
      kind: one('case', 'appointment', 'contact', 'workitem', 'mandate'),
      actor: orNull(ACTORS),
      unit: one(...UNITS),
      domain: one('wmo', ''),
    }),
  ),
  watchlist: rowsOf(fc.record({ subject: one(...SUBJECTS), category: one('celebrity', 'staff') })),
  roster: fc.array(
    fc.record({
      actor: one(...ACTORS),
      kind: one('shift', 'leave', 'standby'),
      from: one(0, 10),
      to: one(10, 20),
    }),
  ),
  persons: fc.array(
    fc.record({
      subject: one(...SUBJECTS),
      municipality: one('', '0363'),
      secrecy: fc.integer({ min: 0, max: 9 }),
      household: one('', ...HOMES),
    }),
    { maxLength: 14 },
  ),
});

/** Every answer to every question, asked in an order that returns to persons after others. */
function answersOf(data: ReferenceData): unknown[] {
  const subjects = [...SUBJECTS, ...SUBJECTS, token('nobody'), token('')];
  const actors = [...ACTORS, token('no-official'), token('s0')];
  const at = <T>(ask: (instant: number) => T): T[] => INSTANTS.map(ask);
  return [
    data.version,
    data.delivered,
    data.population,
    data.watchCount(),
    data.officialCount(),
    UNITS.map((unit) => data.unitActors(unit)),
    [...HOMES, 's0', ''].map((home) => data.residents(token(home))),
    [...REFS, token('z9'), token('')].map((ref) => data.casesByRef(ref)),
    actors.map((actor) => [
      at((instant) => data.official(actor, instant)),
      at((instant) => data.onLeave(actor, instant)),
      data.isKnownOfficial(actor),
      data.mandatesOf(actor),
      (['self', 'relative', 'ex-partner', 'housemate', 'neighbour'] as const).map((kind) =>
        data.tieCount(actor, kind),
      ),
    ]),
    subjects.map((subject) => [
      data.caseloadOf(subject),
      data.household(subject),
      data.household(subject).map((other) => data.caseloadOf(other)),
      data.secrecy(subject),
      data.municipality(subject),
      at((instant) => data.watch(subject, instant)),
      at((instant) => data.officialOfPerson(subject, instant)),
      actors.map((actor) => at((instant) => data.ties(actor, subject, instant))),
    ]),
  ];
}

test('rows in columns answer every question as the rows themselves do', () => {
  fc.assert(
    fc.property(someRows, (rows) => {
      const own = answersOf(answerPlainly(rows));
      expect(answersOf(indexReference(rows))).toEqual(own);
      // As another thread gets it.
      expect(answersOf(indexPacked(structuredClone(packReference(rows))))).toEqual(own);
    }),
    { numRuns: 300 },
  );
});

test('a person who was let go of is made again', () => {
  const persons = Array.from({ length: 5_000 }, (_, i) => ({
    ...{
      subject: token(`s${i}`),
      municipality: `${i % 7}`,
      secrecy: i % 8,
      household: `h${i >> 1}`,
    },
  }));
  const rows: ReferenceRows = {
    ...{ version: 'v', delivered: aReference().delivered, watchlist: [], roster: [], persons },
    officials: [anOfficial()],
    ties: persons.map(({ subject }, i) => aTie('neighbour', { subject, degree: i % 4 })),
    caseload: [],
  };
  const data = indexReference(rows);
  for (let round = 0; round < 2; round++)
    for (const [i, { subject, municipality, secrecy }] of persons.entries()) {
      expect([data.municipality(subject), data.secrecy(subject)]).toEqual([municipality, secrecy]);
      expect(data.household(subject)).toEqual([token(`s${i ^ 1}`)]);
      expect(data.ties(token('a1'), subject, 0)).toEqual([rows.ties[i]]);
    }
  expect(data.tieCount(token('a1'), 'neighbour')).toBe(5_000);
});
