// Bed A for unusual-volume: the product's own detector over real days, with more distinct subjects
// on some of them. A budget is a share of the ordinary days: recall at 0.1 % is the share of injected
// days ranked above all but 0.1 % of the others.
import type { ActorDay, DetectorContext, Lookup } from '../../detectors/detector.ts';
import { addScore, calibratedP, emptyWindow } from '../../detectors/scoring/calibrate.ts';
import { unusualVolume } from '../../detectors/unusual-volume.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import type { Token } from '../../domain/token.ts';
import { mulberry, readTraces } from './traces.ts';

const INJECTED_SHARE = 0.01;
const MIN_ACTIVE_DAYS = 30;
const FIRST_SCORED_DAY = 21;

export type OfficialDay = { actor: string; day: number; subjects: string[] };
export type Scored = { raw: number; calibrated: number; isInjected: boolean; isLaterHalf: boolean };

// Brands are put on plain ids: nothing here is an identity that needs a key.
const token = (text: string): Token => text as Token;

const NOTHING_KNOWN: ReferenceData = {
  version: 'bench',
  delivered: {
    officials: false,
    persons: false,
    addresses: false,
    relations: false,
    caseload: false,
    watchlist: false,
    roster: false,
  },
  population: 0,
  official: () => null,
  isKnownOfficial: () => false,
  ties: () => [],
  tieCount: () => 0,
  caseloadOf: () => [],
  mandatesOf: () => [],
  casesByRef: () => [],
  household: () => [],
  residents: () => [],
  watch: () => [],
  watchCount: () => 0,
  secrecy: () => 0,
  municipality: () => '',
  officialOfPerson: () => null,
  officialCount: () => 0,
  unitActors: () => [],
  onLeave: () => false,
};
const config = unusualVolume.config.parse({});
const context: DetectorContext<typeof config> = {
  config,
  reference: NOTHING_KNOWN,
  recentUnexplained: 0,
};

/** Distinct subjects per official and day of one set, by day, of officials with enough of a past. */
export function readDays(set: string): OfficialDay[] {
  const seen = new Map<string, Map<number, Set<string>>>();
  for (const { actor, subject, day } of readTraces(set)) {
    const days = seen.get(actor) ?? new Map<number, Set<string>>();
    seen.set(actor, days);
    days.set(day, (days.get(day) ?? new Set()).add(subject));
  }
  return [...seen]
    .filter(([, days]) => days.size >= MIN_ACTIVE_DAYS)
    .flatMap(([actor, days]) =>
      [...days].map(([day, subjects]) => ({ actor, day, subjects: [...subjects] })),
    )
    .sort((a, b) => a.day - b.day || (a.actor < b.actor ? -1 : 1));
}

function lookup(actor: string, subject: string, day: number): Lookup {
  return {
    event: {
      eventId: `${actor}:${day}:${subject}`,
      requestId: null,
      occurredAt: day * 86_400_000,
      system: 'wabo',
      instance: '',
      sequence: null,
      actor: { token: token(actor), kind: 'person', unit: '' },
      action: 'view',
      outcome: 'success',
      subject: token(subject),
      subjectMunicipality: '',
      object: null,
      queryKey: null,
      resultCount: null,
      fields: [],
      caseRef: null,
      emergency: false,
      host: null,
      session: null,
      isDateOnly: true,
    },
    actor: token(actor),
    subject: token(subject),
    day,
    explanation: { verdict: 'explained', strength: 'weak', because: ['E6'] },
    official: null,
    ties: [],
  };
}

/**
 * One pass of the real detector over a set, `added` more subjects on 1 % of the days (none for 0); the
 * injected days also teach it, as they would.
 */
export function scoreDays(days: readonly OfficialDay[], seed: number, added: number): Scored[] {
  const draw = mulberry(seed);
  const states = new Map<string, ReturnType<typeof unusualVolume.start>>();
  const window = emptyWindow();
  const scored: Scored[] = [];
  const middle = ((days[0]?.day ?? 0) + (days.at(-1)?.day ?? 0)) / 2;
  for (const { actor, day, subjects } of days) {
    const state = states.get(actor) ?? unusualVolume.start();
    states.set(actor, state);
    const isScored = state.volume.days + 1 >= FIRST_SCORED_DAY;
    const isInjected = added > 0 && isScored && draw() < INJECTED_SHARE;
    const extra = isInjected ? Array.from({ length: added }, (_, i) => `extra-${i}`) : [];
    const actorDay: ActorDay = {
      actor: token(actor),
      day,
      role: '',
      refused: [],
      others: [],
      lookups: [...subjects, ...extra].map((subject) => lookup(actor, subject, day)),
    };
    const raw = unusualVolume.observeDay(actorDay, state, context)[0]?.p ?? 1;
    const surprise = -Math.log10(raw);
    const isLaterHalf = day >= middle;
    if (isScored) {
      const calibrated = calibratedP(window, surprise) ?? raw;
      scored.push({ raw, calibrated, isInjected, isLaterHalf });
    }
    addScore(window, surprise, { key: actor, day });
  }
  return scored;
}

/** Share of the injected days within the budget. */
export function recallAt(
  scored: readonly Scored[],
  rank: 'raw' | 'calibrated',
  budget: number,
): number {
  const ordinary = scored.filter((s) => !s.isInjected).map((s) => s[rank]);
  ordinary.sort((a, b) => a - b);
  // Ties with the first ordinary day beyond the budget do not count: errs against us.
  const cut = ordinary[Math.floor(ordinary.length * budget)] ?? 1;
  const injected = scored.filter((s) => s.isInjected);
  return injected.filter((s) => s[rank] < cut).length / injected.length;
}

/** How often ordinary days of the later half fall below a nominal p. */
export function actualShare(
  scored: readonly Scored[],
  rank: 'raw' | 'calibrated',
  nominal: number,
): { days: number; share: number } {
  const later = scored.filter((s) => s.isLaterHalf && !s.isInjected);
  const below = later.filter((s) => s[rank] < nominal).length;
  return { days: later.length, share: below / Math.max(1, later.length) };
}
