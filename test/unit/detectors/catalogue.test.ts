// One suite over every detector: what holds for all of them is tested once.
import { readdirSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  DETECTORS,
  detectorById,
  indexById,
  reasonTemplate,
  renderReason,
} from '../../../detectors/registry.ts';
import { self } from '../../../detectors/self.ts';
import type { TieKind, WatchCategory } from '../../../domain/reference.ts';
import { TYPOLOGIES } from '../../../domain/typology.ts';
import {
  aLookup,
  anOfficial,
  aReference,
  aTie,
  inWords,
  LATER,
  observe,
  observeDays,
  STRONG,
  token,
  UNEXPLAINED,
  UNKNOWN,
  WEAK,
} from '../../helpers/lookups.ts';

const MACHINERY = ['detector.ts', 'registry.ts'];
const KINDS: TieKind[] = ['self', 'relative', 'ex-partner', 'housemate', 'neighbour'];
const LISTS: WatchCategory[] = ['celebrity', 'victim', 'staff', 'shelter', 'media'];
const EXPLANATIONS = [UNEXPLAINED, WEAK, UNKNOWN, LATER, STRONG];
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

/** Forty days of three officials over ninety persons of every kind: no randomness, every branch. */
const lookups = Array.from({ length: 1_200 }, (_, i) => {
  const subject = `s${(i * 7) % 90}`;
  const kind = KINDS[i % 7];
  return aLookup({
    actor: `a${i % 3}`,
    at: `${DAYS[Math.floor(i / 30) % 5]}+${Math.floor(i / 150)} ${10 + (i % 6)}:${10 + (i % 40)}`,
    subject,
    eventId: `e${i}`,
    explanation: EXPLANATIONS[(i * 11) % 5] ?? UNEXPLAINED,
    official: anOfficial({ actor: token(`a${i % 3}`), persons: [token('s7')] }),
    ties: kind ? [aTie(kind, { endedAt: i % 2 === 0 ? null : Date.UTC(2021, 0, 1) })] : [],
    action: i % 9 === 0 ? 'update' : 'view',
    queryKey: i % 4 === 0 ? 'name' : 'bsn',
  });
});
const reference = aReference({
  watchlist: Object.fromEntries(LISTS.map((category, i) => [`s${i * 7}`, [category]])),
  secrecy: { s21: 7, s70: 7 },
  colleagues: { s42: 'a1', s49: 'a2' },
});
const options = { reference, recentUnexplained: 12 };

test('every file of the room is in the registry, under its own name', () => {
  const files = readdirSync(new URL('../../../detectors', import.meta.url))
    .filter((name) => name.endsWith('.ts') && !MACHINERY.includes(name))
    .map((name) => name.replace('.ts', ''));
  expect(DETECTORS.map((d) => d.meta.id).sort()).toEqual(files.sort());
});
test('the registry refuses a second detector of one id', () => {
  expect(() => indexById([self, self])).toThrow('detector declared twice: self');
});
test('the registry does not invent detectors, templates or sentences', () => {
  expect(detectorById('absent')).toBeNull();
  expect(reasonTemplate('self', 'absent')).toBeNull();
  const [signal] = observeDays(self, [aLookup({ ties: [aTie('self')] })]);
  const [reason] = signal?.reasons ?? [];
  if (reason === undefined) throw new Error('no reason');
  expect(() => renderReason({ ...reason, code: 'absent' })).toThrow('self/absent');
  expect(() => renderReason({ ...reason, params: {} })).toThrow('lacks {changes');
});

describe.each(DETECTORS.map((d) => [d.meta.id, d] as const))('%s', (id, detector) => {
  const run = () => observeDays(detector, lookups, options);
  test('says what it detects, where it errs and what to do', () => {
    const { meta } = detector;
    expect(meta.title).not.toBe('');
    expect(meta.description).toMatch(/^(Detects|Adds|Scores) .*\.$/);
    expect(meta.version).toBeGreaterThan(0);
    for (const list of [meta.typologies, meta.falsePositives, meta.knownGaps, meta.runbook])
      expect(list.length).toBeGreaterThan(0);
    for (const typology of meta.typologies) expect(TYPOLOGIES).toContain(typology);
  });
  test('works with the settings left out, and refuses unknown ones', () => {
    expect(() => detector.config.parse({})).not.toThrow();
    expect(() => detector.config.parse({ unheardOf: 1 })).toThrow();
  });
  test('speaks without a word that judges, with the same numbers in both languages', () => {
    for (const { text } of detector.reasons) {
      expect(text.nl + text.en).not.toMatch(
        /dader|verdachte|gluren|fraude|misbruik|suspect|offender|abnormal|fraud|misuse/i,
      );
      const names = (words: string) =>
        [...words.matchAll(/\{(\w+)/g)].map(([, name]) => name).sort();
      expect(names(text.nl)).toEqual(names(text.en));
    }
  });
  test('gives the same signals for the same days', () => {
    const signals = run();
    expect(signals.length).toBeGreaterThan(0);
    expect(run()).toEqual(signals);
  });
  test('gives the same signals when restored from bytes between any two days', () => {
    expect(observeDays(detector, lookups, { ...options, isRestored: true })).toEqual(run());
  });
  test('gives the same signals whatever the system date is', () => {
    const signals = run();
    vi.useFakeTimers({ now: Date.UTC(2031, 5, 1) });
    expect(run()).toEqual(signals);
    vi.useRealTimers();
  });
  test('stays within its own typologies, a p in (0, 1], and events of one official and day', () => {
    const dayOf = new Map(lookups.map((l) => [l.event.eventId, `${l.actor} ${l.day}`]));
    for (const signal of run()) {
      expect(detector.meta.typologies).toContain(signal.typology);
      expect(signal.p).toBeGreaterThan(0);
      expect(signal.p).toBeLessThanOrEqual(1);
      expect(signal.reasons.map((r) => r.detector)).toEqual([id]);
      expect(new Set(signal.eventIds.map((e) => dayOf.get(e))).size).toBe(1);
      expect(inWords([signal]).join(' ')).not.toMatch(/[{}]|NaN|undefined|Infinity/);
    }
  });
  test('keeps a bounded state over many persons and days', () => {
    const many = Array.from({ length: 4_000 }, (_, i) =>
      aLookup({
        at: `${DAYS[Math.floor(i / 20) % 5]}+${Math.floor(i / 100)} 12:00`,
        subject: `s${i}`,
        eventId: `e${i}`,
        ties: KINDS.slice(i % 5, (i % 5) + 1).map((kind) => aTie(kind)),
      }),
    );
    const watchlist = Object.fromEntries(
      many.map((l, i) => [l.subject, LISTS.slice(i % 5, (i % 5) + 1)]),
    );
    const secrecy = Object.fromEntries(many.map((l) => [l.subject, 7]));
    const { states } = observe(detector, many, { reference: aReference({ watchlist, secrecy }) });
    for (const state of states.values()) expect(JSON.stringify(state).length).toBeLessThan(16_384);
  });
});
