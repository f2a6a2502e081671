// colleague, celebrity and protected-person: the rules that rest on lists.
import { describe, expect, test } from 'vitest';
import { celebrity } from '../../../detectors/celebrity.ts';
import { colleague } from '../../../detectors/colleague.ts';
import { protectedPerson } from '../../../detectors/protected-person.ts';
import {
  aLookup,
  anOfficial,
  aReference,
  inWords,
  MEDIUM,
  observeDays,
  STRONG,
  token,
  UNKNOWN,
  WEAK,
} from '../../helpers/lookups.ts';

describe('colleague', () => {
  const reference = aReference({ colleagues: { s1: 'a2' }, watchlist: { s3: ['staff'] } });
  const run = (...lookups: ReturnType<typeof aLookup>[]) =>
    observeDays(colleague, lookups, { reference });
  test('supports on the first day and is a rule on the second', () => {
    expect(
      run(aLookup(), aLookup({ at: 'Tue 16:00' }), aLookup({ at: 'Wed 09:00' })),
    ).toMatchObject([
      { kind: 'support', floor: 'low' },
      { kind: 'rule', floor: 'low' },
    ]);
  });
  test('forgets the first day after 90', () => {
    expect(run(aLookup(), aLookup({ at: 'Tue+13 10:00' }))[1]?.kind).toBe('support');
  });
  test('is cleared by work of the team', () => {
    expect(run(aLookup({ explanation: WEAK }))).toEqual([]);
  });
  test('counts staff of the watchlist, and nobody else', () => {
    expect(run(aLookup({ subject: 's3' }))).toHaveLength(1);
    expect(run(aLookup({ subject: 's2' }))).toEqual([]);
  });
  test('does not take a second account of the same person for a colleague', () => {
    expect(run(aLookup({ official: anOfficial({ persons: [token('s1')] }) }))).toEqual([]);
    expect(run(aLookup({ actor: 'a2' }))).toEqual([]);
  });
  test('explains itself', () => {
    expect(inWords(run(aLookup(), aLookup({ at: 'Wed 09:00' })).slice(1))).toEqual([
      'Deze medewerker bekeek 1 keer gegevens van een collega, op 2 dagen in 90 dagen; bij toeval 1 op 5.500; een zaak, afspraak of contact is daarbij niet gevonden.',
      'This official opened the record of a colleague 1 time, on 2 days in 90 days; by chance 1 in 5,500; no case, appointment or contact was found for this.',
    ]);
  });
});

describe('celebrity', () => {
  const reference = aReference({
    watchlist: {
      s1: ['celebrity'],
      s2: ['media'],
      s3: ['politician'],
      s4: ['other'],
      s5: ['victim'],
    },
  });
  const run = (fields: Parameters<typeof aLookup>[0] = {}) =>
    observeDays(celebrity, [aLookup(fields)], { reference });
  test.each(['s1', 's2', 's3', 's4'])('is a rule for %s on the list', (subject) => {
    expect(run({ subject })).toMatchObject([{ kind: 'rule', floor: 'medium' }]);
  });
  test.each(['s5', 's6'])('is silent for %s, who is not on that list', (subject) => {
    expect(run({ subject })).toEqual([]);
  });
  test('is cleared by own work, mitigated by the team’s, and kept where nobody can tell', () => {
    expect(run({ explanation: STRONG })).toEqual([]);
    expect(run({ explanation: MEDIUM })).toEqual([]);
    expect(run({ explanation: WEAK })).toMatchObject([{ floor: 'low', verdict: 'explained' }]);
    expect(run({ explanation: UNKNOWN })).toMatchObject([{ verdict: 'cannot-judge' }]);
  });
  test('explains itself', () => {
    expect(inWords(run({ subject: 's2', explanation: WEAK }))).toEqual([
      'Deze medewerker bekeek 1 keer gegevens van een persoon op de aandachtslijst (in het nieuws), op 1 dag in 90 dagen; bij toeval 1 op 20.000; alleen werk van het team of een zoekvraag daarnaast is gevonden.',
      'This official opened the record of a person on the watchlist (in the news) 1 time, on 1 day in 90 days; by chance 1 in 20,000; only work of the team or a search beside it was found.',
    ]);
  });
});

describe('protected-person', () => {
  const reference = aReference({
    watchlist: { s1: ['victim'], s2: ['shelter'], s4: ['media'] },
    secrecy: { s1: 7, s3: 7 },
  });
  const run = (...lookups: ReturnType<typeof aLookup>[]) =>
    observeDays(protectedPerson, lookups, { reference });
  test.each(['s1', 's2'])('is a high rule for %s', (subject) => {
    expect(run(aLookup({ subject }))).toMatchObject([{ kind: 'rule', floor: 'high' }]);
  });
  test('is silent for people without protection', () => {
    expect(run(aLookup({ subject: 's4' }), aLookup({ subject: 's9' }))).toEqual([]);
  });
  test('is cleared by strong explanations alone', () => {
    expect(run(aLookup({ explanation: STRONG }))).toEqual([]);
    expect(run(aLookup({ explanation: MEDIUM }))).toMatchObject([{ floor: 'medium' }]);
    expect(run(aLookup({ explanation: UNKNOWN }))).toMatchObject([
      { floor: 'medium', verdict: 'cannot-judge' },
    ]);
  });
  test('lets secrecy support, at the share of people under secrecy', () => {
    const [signal] = run(aLookup({ subject: 's3' }));
    expect(signal).toMatchObject({ kind: 'support' });
    expect(signal?.p).toBeCloseTo(1 - Math.exp(-0.015), 9);
  });
  test.each(['name', 'address'] as const)(
    'lets secrecy stand alone after a %s search',
    (queryKey) => {
      expect(run(aLookup({ subject: 's3', queryKey }))).toMatchObject([
        { kind: 'rule', floor: 'low' },
      ]);
      expect(run(aLookup({ subject: 's3', queryKey: 'bsn' }))).toMatchObject([{ kind: 'support' }]);
    },
  );
  test('lets secrecy stand alone on a second day', () => {
    const days = [aLookup({ subject: 's3' }), aLookup({ subject: 's3', at: 'Thu 10:00' })];
    expect(run(...days).map((s) => s.kind)).toEqual(['support', 'rule']);
  });
  test.each([
    ['weakly explained', WEAK],
    ['beyond judgement', UNKNOWN],
  ])('does not let secrecy stand alone on returning work that is %s', (_, explanation) => {
    const days = ['Tue 10:00', 'Wed 10:00'].map((at) =>
      aLookup({ subject: 's3', at, explanation }),
    );
    expect(run(...days).map((s) => s.kind)).toEqual(['support', 'support']);
  });
  test('explains itself, without the reason of the protection', () => {
    expect(inWords(run(aLookup({ explanation: MEDIUM })))).toEqual([
      'Deze medewerker bekeek 1 keer gegevens van een persoon met afscherming, op 1 dag in 90 dagen; bij toeval 1 op 33.000; alleen eerder eigen werk met deze persoon is gevonden.',
      'This official opened the record of a protected person 1 time, on 1 day in 90 days; by chance 1 in 33,000; only earlier work of their own on this person was found.',
    ]);
    expect(inWords(run(aLookup({ subject: 's3', queryKey: 'name' })))).toEqual([
      'Deze medewerker bekeek 1 keer gegevens van een persoon met geheimhouding (1 keer na zoeken op naam of adres), op 1 dag in 90 dagen; bij toeval 1 op 67; een zaak, afspraak of contact is daarbij niet gevonden.',
      'This official opened the record of a person under secrecy 1 time (1 after a search by name or address), on 1 day in 90 days; by chance 1 in 67; no case, appointment or contact was found for this.',
    ]);
  });
});
