// One suite over every detector: what holds for all of them is tested once.
import { readdirSync } from 'node:fs';
import { serialize } from 'node:v8';
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
import { localDay } from '../../../domain/time.ts';
import { TYPOLOGIES } from '../../../domain/typology.ts';
import {
  aCase,
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
const ACTIONS = ['view', 'search', 'print', 'view', 'update', 'search', 'view', 'list'] as const;
const KEYS = ['bsn', 'name', 'address', 'plate', 'wildcard', null] as const;
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
    action: ACTIONS[i % ACTIONS.length] ?? 'view',
    queryKey: KEYS[(i * 3) % KEYS.length] ?? null,
    outcome: i % 41 === 0 ? 'denied' : 'success',
    system: i % 13 === 0 ? 'suwinet' : 'brp',
    emergency: i % 37 === 0,
    host: `h${i % 2}`,
    caseRef: `c${i % 17}`,
    municipality: i % 6 === 0 ? 'Elders' : 'Voorbeeldstad',
    resultCount: i % 5 === 0 ? 40 : 1,
  });
});
/** A day in the tenth week on which everything happens that the forty days lack. */
const night = Array.from({ length: 10 }, (_, i) =>
  aLookup({
    actor: 'a1',
    at: `Wed+10 22:${10 + i}`,
    subject: `n${i}`,
    eventId: `n${i}`,
    system: 'rdw',
    host: i % 2 === 0 ? 'h0' : 'strange',
    municipality: 'Elders',
  }),
);
const crowd = ['a0', 'a1', 'a2', 'a3'].map((actor, i) =>
  aLookup({
    actor,
    at: `Thu+10 1${i}:00`,
    subject: 's13',
    eventId: `crowd${i}`,
    official: anOfficial({ actor: token(actor), unit: `u${i % 2}` }),
  }),
);
lookups.push(...night, ...crowd);
const others = lookups
  .filter((_, i) => i % 29 === 0)
  .map((l) => ({
    ...l.event,
    eventId: `other ${l.event.eventId}`,
    action: 'search' as const,
    subject: null,
  }));
const reference = aReference({
  watchlist: Object.fromEntries(LISTS.map((category, i) => [`s${i * 7}`, [category]])),
  secrecy: { s21: 7, s70: 7 },
  colleagues: { s42: 'a1', s49: 'a2' },
  caseload: [aCase({ caseRef: token('c3'), subject: token('s999') })],
  leave: { a2: ['Mon+3 00:00', 'Sun+4 00:00'] },
  ended: { a0: 'Mon+5 00:00' },
});
const options = { reference, recentUnexplained: 12, others };

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

/** Most bytes of one state under the hardest load; what is not named keeps half a kilobyte. */
const BOUNDS: Record<string, number> = {
  relative: 16_384,
  'ex-partner': 16_384,
  housemate: 16_384,
  neighbour: 16_384,
  colleague: 16_384,
  celebrity: 16_384,
  self: 16_384,
  'protected-person': 16_384,
  'subject-burst': 4_096,
  'case-mismatch': 4_096,
  'out-of-hours': 1_024,
  'denied-probing': 1_024,
  'unusual-volume': 1_024,
};
/** Eight persons a day, all with a case. */
const quietDay = (week: number, day: string) =>
  Array.from({ length: 8 }, (_, i) =>
    aLookup({
      at: `${day}+${week} ${String(9 + i).padStart(2, '0')}:00`,
      subject: `q${week}-${day}-${i}`,
      explanation: STRONG,
      host: 'h1',
      municipality: 'Voorbeeldstad',
    }),
  );
const quietWeek = DAYS.flatMap((day) => quietDay(0, day));
const quietYear = Array.from({ length: 50 }, (_, week) =>
  DAYS.flatMap((day) => quietDay(week, day)),
).flat();

describe.each(DETECTORS.map((d) => [d.meta.id, d] as const))('%s', (id, detector) => {
  const run = () => observeDays(detector, lookups, options);
  test('says what it detects, where it errs and what to do', () => {
    const { meta } = detector;
    expect(meta.title).not.toBe('');
    expect(meta.description).toMatch(/^(Detects|Adds|Scores) .*\.$/);
    expect(meta.version).toBeGreaterThan(0);
    const { typologies, dataUsed, falsePositives, knownGaps, runbook } = meta;
    for (const list of [typologies, dataUsed, falsePositives, knownGaps, runbook])
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
    // The fold over episodes is tested with the scoring; here it must say nothing by itself.
    expect(signals.some((s) => s.reasons.length > 0)).toBe(id !== 'combined-risk');
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
  test('stays within its own typologies, a p in (0, 1], and events of one key', () => {
    const keyOf = new Map(
      [...lookups.map((l) => l.event), ...others].map((e) => [
        e.eventId,
        detector.key === 'subject' ? e.subject : `${e.actor?.token} ${localDay(e.occurredAt)}`,
      ]),
    );
    for (const signal of run()) {
      expect(detector.meta.typologies).toContain(signal.typology);
      expect(signal.p).toBeGreaterThan(0);
      expect(signal.p).toBeLessThanOrEqual(1);
      expect(inWords([signal]).join(' ')).not.toMatch(/[{}]|\[\[|NaN|undefined|Infinity/);
      if (signal.kind === 'score' && signal.p > 0.5 && signal.reasons.length === 0) continue;
      expect(signal.reasons.map((r) => r.detector)).toEqual([id]);
      expect(signal.eventIds.length).toBeGreaterThan(0);
      expect(new Set(signal.eventIds.map((e) => keyOf.get(e))).size).toBe(1);
    }
  });
  test('is silent about a week of work that cases explain', () => {
    const week = quietWeek.map((l) => ({ ...l, explanation: STRONG }));
    for (const signal of observeDays(detector, week, { reference: aReference() })) {
      expect(signal.kind).toBe('score');
      expect(signal.p).toBeGreaterThan(0.01);
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
    // Pairs are a budget of their own: 32 bytes each, and here every lookup is a new pair.
    const pairs = id === 'repeated-subject' ? 4_000 * 32 : 0;
    for (const state of states.values())
      expect(serialize(state).byteLength - pairs).toBeLessThan(BOUNDS[id] ?? 512);
  });
});

test('all detectors together keep at most two kilobytes of an ordinary official', () => {
  const actors = DETECTORS.filter((d) => d.key !== 'subject');
  const bytes = actors.map((detector) => {
    const { states } = observe(detector, quietYear, { reference: aReference() });
    return serialize([...states.values()][0]).byteLength;
  });
  expect(bytes.reduce((sum, n) => sum + n, 0)).toBeLessThan(2_048);
});
