// What an alert is called, and which of its reasons comes first: the best name for what happened, which is not
// always what says most.
import type { Signal } from '../../domain/signal.ts';
import type { Typology } from '../../domain/typology.ts';
import { boundOf, evidenceOf, FAMILY, keptOf } from './evidence.ts';

/** How specific a typology is about what happened: a relative is a better name than a busy day. */
const SPECIFIC: Partial<Record<Typology, number>> = {
  self: 4,
  relative: 4,
  'ex-partner': 4,
  'protected-person': 3.8,
  celebrity: 4.2,
  housemate: 3.4,
  colleague: 3.2,
  neighbour: 3.2,
  'expired-role': 3.4,
  'on-leave': 3.2,
  'subject-burst': 3,
  'denied-probing': 2.8,
  'shared-account': 2.6,
  'emergency-overuse': 2.6,
  'bulk-export': 2.6,
  enumeration: 2.4,
  'unusual-volume': 2.2,
  'search-fishing': 1.8,
  'case-mismatch': 1.6,
  'out-of-area': 1.6,
  'repeated-subject': 1.6,
  'address-targeting': 0.6,
  'no-case': 0.8,
  'out-of-hours': 0.4,
  // A sum tells of other days: what this one was about is a better name.
  'combined-risk': -3,
};
/** A row of persons that meets the rule is a better name than the size of the day. */
const RULE_SPECIFIC: Partial<Record<Typology, number>> = {
  enumeration: 2.8,
  'bulk-export': 3.2,
  'address-targeting': 1.6,
};
/** Met by chance among many: not what the day was about. */
const BY_CHANCE: ReadonlySet<Typology> = new Set(['celebrity', 'protected-person', 'colleague']);
const BY_CHANCE_P = 0.04;
const BY_CHANCE_SPECIFIC = 1.4;
/** Beyond this, more evidence makes no better name. */
const NAME_CAP = 3;
/** From this evidence a typology names the day with all its weight. */
const FULL_NAME = 2;

/**
 * Orders the signals of an episode by how well they name it; support never comes first. The name is
 * part of the alert's id, so it rests on the signal alone and never on what other days bring.
 */
function nameOf(signal: Signal): number {
  const { kind, typology } = signal;
  // A series says how sure we are; what the day was about, the day itself says.
  const evidence = kind === 'score' ? boundOf(signal.p) * keptOf(signal) : evidenceOf(signal);
  if (kind === 'support') return evidence - 10;
  const isByChance = BY_CHANCE.has(typology) && signal.p > BY_CHANCE_P;
  const ofRule = kind === 'rule' ? RULE_SPECIFIC[typology] : undefined;
  const specific = isByChance ? BY_CHANCE_SPECIFIC : (ofRule ?? SPECIFIC[typology] ?? 0);
  return Math.min(NAME_CAP, evidence) + specific * Math.min(1, evidence / FULL_NAME);
}

/** Whether a signal is about at least half of the lookups of another. */
function covers(signal: Signal, other: Signal): boolean {
  const own = new Set(signal.eventIds);
  return 2 * other.eventIds.filter((id) => own.has(id)).length >= other.eventIds.length;
}

/**
 * Names of the signals of one official and day. Who takes records out in bulk also looks up many, in a row and
 * without work: what was done with them says more than how many there were.
 */
export function namesInDay(day: readonly Signal[]): Map<Signal, number> {
  const names = new Map(day.map((signal) => [signal, nameOf(signal)]));
  for (const taken of day) {
    const name = names.get(taken) ?? 0;
    if (taken.typology !== 'bulk-export' || boundOf(taken.p) * keptOf(taken) < FULL_NAME) continue;
    for (const other of day)
      if (FAMILY[other.typology] === 'volume' && other.typology !== 'bulk-export')
        if (covers(taken, other)) names.set(other, Math.min(names.get(other) ?? 0, name - 1));
  }
  return names;
}
