import { expect, test } from 'vitest';
import { textsOf } from '../../../api/page/texts.ts';
import {
  LANGUAGES,
  SEVERITY_WORDS,
  TYPOLOGY_WORDS,
  VERDICT_WORDS,
} from '../../../api/page/words.ts';
import { TYPOLOGIES } from '../../../domain/typology.ts';

const all = [
  ...Object.values(TYPOLOGY_WORDS).flatMap((w) => [w.title, w.innocent]),
  ...Object.values(SEVERITY_WORDS),
  ...Object.values(VERDICT_WORDS),
];

test('every typology has words in both languages', () => {
  expect(Object.keys(TYPOLOGY_WORDS).sort()).toEqual([...TYPOLOGIES].sort());
  for (const words of all) for (const lang of LANGUAGES) expect(words[lang]).not.toBe('');
});

test('no word accuses', () => {
  for (const words of all)
    expect(`${words.nl} ${words.en}`).not.toMatch(
      /dader|verdacht|gluren|fraude|misbruik|suspect|offender|fraud|misuse/i,
    );
});

test('a place without a value stays visible instead of vanishing', () => {
  expect(textsOf('en')('range', { from: 1, to: 2 })).toBe('Alerts 1 to 2 of {total}');
});
