// How much a signal says, as a capped log10 likelihood ratio: how much likelier it is with misuse
// behind it than in ordinary work. docs/decisions/0011-rank-by-evidence.md says why ranking by kind
// or by p alone starves either rules or statistics.
import type { Signal } from '../../domain/signal.ts';
import type { Typology } from '../../domain/typology.ts';

/** Rules on relations, lists and documents: unexplained lookups of the kind, against ordinary work. */
const RULE_WEIGHTS: Partial<Record<Typology, number>> = {
  'protected-person': 4.5,
  'ex-partner': 5.2,
  relative: 5.2,
  housemate: 4.6,
  self: 4.4,
  neighbour: 4.2,
  'expired-role': 4.8,
  'on-leave': 4.6,
  'subject-burst': 5,
  enumeration: 4.2,
  'bulk-export': 4.2,
  'denied-probing': 4.2,
  'address-targeting': 3.8,
  'case-mismatch': 3.4,
  celebrity: 4.2,
  colleague: 4.2,
  'shared-account': 3.6,
};
/** Rules that rest on a count of days: their p says more than their kind. */
const GRADED: ReadonlySet<Typology> = new Set(['repeated-subject']);
/** Clients whom no register knows are returned to as well, at one in a thousand official-days. */
const RETURN_CAP = 4.2;
const RETURN_SHARE = 0.75;
/** Rules on everyday things, by reason code. */
const CODE_WEIGHTS: Record<string, number> = {
  secrecy: 1.5, // one resident in sixty
  'another-way': 3.6,
};
const DEFAULT_RULE = 3;
/** A statistic never says more than a rule on a relation. */
const SCORE_CAP = 4.5;
const SUPPORT_CAP = 1.5;
/** A sum counts its parts a second time; a quiet file is what every lookup without work may meet. */
const SUM_CAP = 1.8;
/** What is left when work explains, may explain, or cannot be judged. */
const EXPLAINED_LOSS = 2.2;
const UNKNOWN_LOSS = 0.7;
/** A class of signals that speaks on more official-days than this says less by the excess. */
const ORDINARY_RATE = 3e-3;
/** Days at the start of the logs in which nobody knows what is usual, and what is left of a signal. */
const WARM_UP_DAYS = 14;
const WARM_UP_SHARE = 0.6;
/** What needs no past: lists, relations and documents. */
const NEEDS_NO_PAST: ReadonlySet<Typology> = new Set([
  ...(['self', 'relative', 'ex-partner', 'housemate', 'celebrity', 'protected-person'] as const),
  ...(['on-leave', 'expired-role', 'case-mismatch', 'denied-probing', 'neighbour'] as const),
]);

/** How often each class of signals speaks, over the work seen: what floods is worth less. */
export type Frequency = {
  officialDays: number;
  firstDay: number;
  counts: Map<string, number>;
  /** Evidence that has piled up to a signal over the days before it. */
  serial: Map<Signal, number>;
};

/** What signals have in common that speak as often as each other. */
export const classOf = (signal: Signal): string =>
  `${signal.typology} ${signal.kind} ${signal.reasons[0]?.code ?? ''} ${signal.verdict}`;

/** One matter in one week counts once: a series is no flood. */
export const matterOf = (signal: Signal): string =>
  `${classOf(signal)} ${signal.actor ?? signal.subject} ${Math.floor(signal.day / 7)}`;

/** First day of logs that began on `firstDay` on which what needs a past is known. */
export const warmFrom = (firstDay: number): number => firstDay + WARM_UP_DAYS;

/** `began`: first day of the logs, where these signals are only their last weeks. */
export function frequencyOf(
  signals: readonly Signal[],
  officialDays: number,
  began = Number.POSITIVE_INFINITY,
): Frequency {
  const counts = new Map<string, number>();
  const spoken = new Set<string>();
  let firstDay = began;
  for (const signal of signals) {
    firstDay = Math.min(firstDay, signal.day);
    if (signal.kind !== 'rule') continue;
    const matter = matterOf(signal);
    if (spoken.has(matter)) continue;
    spoken.add(matter);
    const name = classOf(signal);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    officialDays,
    firstDay,
    counts,
    serial: serialEvidence(signals, warmFrom(firstDay)),
  };
}

/**
 * Upper bound on the log10 likelihood ratio that a p can carry, whatever the alternative
 * (Sellke, Bayarri and Berger, Am. Stat. 2001): −e·p·ln p.
 */
export function boundOf(p: number): number {
  if (p >= 1 / Math.E) return 0;
  return -Math.log10(-Math.E * p * Math.log(Math.max(p, 1e-300)));
}

/** A file that names nobody is not judged for want of data: nobody ever can. */
const lossOf = ({ verdict, typology }: Signal): number => {
  if (verdict === 'unexplained') return 0;
  if (verdict === 'cannot-judge') return typology === 'bulk-export' ? 0 : UNKNOWN_LOSS;
  return EXPLAINED_LOSS;
};

/** What is left of a statistic when work may explain it. */
export const keptOf = ({ verdict }: Signal): number =>
  verdict === 'unexplained' ? 1 : verdict === 'cannot-judge' ? 0.8 : 0.5;

type Grade = { from: number; slope: number; low: number; high: number };
/** People met by chance: the p is how often that happens in so much work, so it counts in full. */
const MET: Grade = { from: 2, slope: 1, low: -1.5, high: 1 };
/** Where the p of a rule is neutral, and how far it moves the weight. */
const GRADES: Partial<Record<Typology, Grade>> = {
  'subject-burst': { from: 4, slope: 1, low: -2.5, high: 0.4 },
  'address-targeting': { from: 4, slope: 0.7, low: -2, high: 0.8 },
  'case-mismatch': { from: 2.5, slope: 0.8, low: -1.2, high: 1 },
  'shared-account': { from: 4, slope: 0.5, low: -1, high: 1 },
  'bulk-export': { from: 4, slope: 2, low: -2, high: 1 },
  celebrity: MET,
  'protected-person': MET,
  colleague: MET,
  relative: MET,
  housemate: MET,
  neighbour: MET,
};
const BY_BASE_RATE: Grade = { from: 2, slope: 0.5, low: -0.8, high: 0.6 };

/** What the chance p of a rule adds to or takes from its weight. */
function chanceWeight({ typology, p }: Signal): number {
  // A former partnership fades its p by age, which says nothing about chance.
  if (typology === 'ex-partner') return 0;
  const { from, slope, low, high } = GRADES[typology] ?? BY_BASE_RATE;
  return Math.max(low, Math.min(high, slope * (-Math.log10(p) - from)));
}

function ruleWeight(signal: Signal, frequency: Frequency | null): number {
  const code = signal.reasons[0]?.code ?? '';
  const fixed = CODE_WEIGHTS[code] ?? RULE_WEIGHTS[signal.typology] ?? DEFAULT_RULE;
  // Within a kind of rule the chance p still tells a small town from a large one.
  const weight = GRADED.has(signal.typology)
    ? Math.min(RETURN_CAP, RETURN_SHARE * boundOf(signal.p))
    : fixed + chanceWeight(signal);
  return frequency === null ? weight : weight - floodOf(classOf(signal), frequency);
}

/** What a class of signals loses that speaks more often than ordinary work has it, in powers of ten. */
export function floodOf(
  name: string,
  { counts, officialDays }: Pick<Frequency, 'counts' | 'officialDays'>,
): number {
  if (officialDays === 0) return 0;
  return Math.max(0, Math.log10((counts.get(name) ?? 0) / officialDays / ORDINARY_RATE));
}

/** A day joins a series as its evidence only when it is itself at least this surprising. */
const SERIAL_P = 0.02;
/** Days resemble each other for reasons nobody asked about, so what piles up further counts less. */
const told = (sum: number): number => (sum <= 3 ? sum : 3 + 0.3 * (sum - 3));

/** A quiet file is no habit, and an evening counts those before it itself. */
const COUNTED_ELSEWHERE: ReadonlySet<Typology> = new Set(['dormant-subject', 'out-of-hours']);
/** Evidence that fades from a running sum per day without a further signal. */
const FADE_A_DAY = 0.12;

/**
 * Evidence of the scores of one official and typology, day after day: log10 of the product of
 * e-values ½·p^(−½), as a CUSUM. By Ville's inequality such a product exceeds 10^x in ordinary work
 * with odds of at most 10^(−x) (Vovk and Wang, Ann. Stat. 2021), so that a habit of small surprises
 * counts without counting any of them twice.
 */
export function serialEvidence(
  signals: readonly Signal[],
  fromDay = Number.NEGATIVE_INFINITY,
): Map<Signal, number> {
  const sums = new Map<string, { sum: number; day: number }>();
  const serial = new Map<Signal, number>();
  const scores = signals.filter(
    (s) =>
      s.kind === 'score' &&
      s.actor !== null &&
      s.day >= fromDay &&
      !COUNTED_ELSEWHERE.has(s.typology),
  );
  for (const signal of scores.sort((a, b) => a.day - b.day || a.p - b.p)) {
    const key = `${signal.actor}\0${signal.typology}`;
    const known = sums.get(key);
    // A second signal of the same day has the same cause.
    if (known?.day === signal.day) continue;
    const before = known ? Math.max(0, known.sum - FADE_A_DAY * (signal.day - known.day - 1)) : 0;
    const kept = keptOf(signal) ** 2;
    const sum = Math.max(0, before + kept * Math.min(2, Math.log10(0.5 / Math.sqrt(signal.p))));
    sums.set(key, { sum, day: signal.day });
    if (signal.p <= SERIAL_P) serial.set(signal, told(sum));
  }
  return serial;
}

/** What an unusual hour says at most about the lookups in it. */
const HOUR_CAP = 2;

/** Evidence of the unusual hour by event: how seldom this official looks anybody up then. */
function hoursIn(signals: readonly Signal[], frequency: Frequency | null): Map<string, number> {
  const hours = new Map<string, number>();
  for (const signal of signals) {
    if (signal.typology !== 'out-of-hours') continue;
    const evidence = boundOf(signal.p) * keptOf(signal) * knownShare(signal, frequency);
    for (const id of signal.eventIds) hours.set(id, Math.min(HOUR_CAP, evidence));
  }
  return hours;
}

/** What the hour adds to a signal of which most lookups fell in it. */
function hourOf({ typology, eventIds }: Signal, hours: ReadonlyMap<string, number>): number {
  if (FAMILY[typology] === 'time' || typology === 'combined-risk') return 0;
  let late = 0;
  let least = HOUR_CAP;
  for (const id of eventIds) {
    const evidence = hours.get(id);
    if (evidence === undefined) continue;
    late++;
    least = Math.min(least, evidence);
  }
  return 2 * late > eventIds.length ? least : 0;
}

/** What is left of a signal in the days in which nobody knows what is usual. */
function knownShare({ day, typology }: Signal, frequency: Frequency | null): number {
  const isEarly = frequency !== null && day < warmFrom(frequency.firstDay);
  return isEarly && !NEEDS_NO_PAST.has(typology) ? WARM_UP_SHARE : 1;
}

/** Evidence of one signal in powers of ten, never below zero. */
export function evidenceOf(signal: Signal, frequency: Frequency | null = null): number {
  const cap =
    signal.typology === 'combined-risk' || signal.typology === 'dormant-subject'
      ? SUM_CAP
      : signal.kind === 'support'
        ? SUPPORT_CAP
        : SCORE_CAP;
  const weight =
    signal.kind === 'rule'
      ? ruleWeight(signal, frequency)
      : Math.min(cap, Math.max(boundOf(signal.p), frequency?.serial.get(signal) ?? 0));
  // Statistics count what is not strongly explained anyway: work of the team halves them.
  const left =
    signal.kind === 'score' ? weight * keptOf(signal) : Math.max(0, weight - lossOf(signal));
  return left * knownShare(signal, frequency);
}

/** What has one cause says the same thing several times: a family counts once. */
export const FAMILY: Partial<Record<Typology, string>> = {
  'unusual-volume': 'volume',
  'bulk-export': 'volume',
  'no-case': 'volume',
  enumeration: 'volume',
  'address-targeting': 'search',
  'out-of-area': 'search',
  'search-fishing': 'search',
  'novel-access': 'search',
  'out-of-hours': 'time',
  'on-leave': 'time',
  'expired-role': 'account',
  'shared-account': 'account',
  'denied-probing': 'account',
  'emergency-overuse': 'account',
  'repeated-subject': 'return',
  'subject-burst': 'crowd',
  'dormant-subject': 'file',
  'case-mismatch': 'case',
};
const FURTHER_SHARE = 0.3;
const FURTHER_CAP = 1.2;
const FURTHER_MOST = 2;

/** The strongest in full, and of each further family a part: what is seen on one day is seldom independent. */
function sumOf(signals: readonly Signal[], evidence: (signal: Signal) => number): number {
  const best = new Map<string, number>();
  // The sum over an official's days is made of days like this one: it may carry an episode, but adds nothing.
  let summed = 0;
  for (const signal of signals) {
    if (signal.typology === 'combined-risk') {
      summed = Math.max(summed, evidence(signal));
      continue;
    }
    const family = FAMILY[signal.typology] ?? 'relation';
    best.set(family, Math.max(best.get(family) ?? 0, evidence(signal)));
  }
  const [strongest = 0, ...further] = [...best.values()].sort((a, b) => b - a);
  const added = further.reduce((sum, e) => sum + Math.min(FURTHER_CAP, FURTHER_SHARE * e), 0);
  return Math.max(summed, strongest + Math.min(FURTHER_MOST, added));
}

/**
 * Evidence of an episode. An unusual hour is either one more thing about the day, or belongs to the very
 * lookups of which something else speaks: whom one looks up in ordinary work has nothing to do with the
 * hour, so the two then count in full. The larger of both.
 */
export function episodeEvidence(
  signals: readonly Signal[],
  frequency: Frequency | null = null,
): number {
  const ofDay = sumOf(signals, (signal) => evidenceOf(signal, frequency));
  const hours = hoursIn(signals, frequency);
  if (hours.size === 0) return ofDay;
  const others = signals.filter((signal) => signal.typology !== 'out-of-hours');
  const ofLookups = sumOf(others, (signal) => {
    const evidence = evidenceOf(signal, frequency);
    return evidence === 0 ? 0 : evidence + hourOf(signal, hours);
  });
  return Math.max(ofDay, ofLookups);
}
