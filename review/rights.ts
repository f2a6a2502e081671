// "Who looked at my data?" A resident hears when, from which system, by which part of the organisation and
// for what; never which official (CJEU C-579/21), and nothing of an inquiry that must stay quiet.
import { toIso } from '../domain/time.ts';

export type StoredLookup = {
  eventId: string;
  occurredAt: number;
  system: string;
  /** Token of the official: goes in, never comes out. */
  actor: string;
  unit: string;
  purpose: string;
  action: string;
  fields: readonly string[];
  /** Belongs to an inquiry that is confidential, of the product itself or of a source that says so. */
  confidential: { from: number; liftedAt: number | null } | null;
};
export type ExtractLine = {
  date: string;
  system: string;
  unit: string;
  purpose: string;
  action: string;
  dataKinds: string[];
  times: number;
};
export type Extract = {
  madeAt: string;
  period: { from: string; to: string };
  lines: ExtractLine[];
  lookups: number;
  note: { nl: string; en: string };
};

/** A unit of fewer people than this would name them. */
const LEAST_UNIT = 5;
const SMALL_UNIT = 'gemeente (kleine afdeling)';

const NOTE = {
  nl: 'Namen van medewerkers staan niet in dit overzicht. Lopend onderzoek kan ontbreken tot het is afgerond.',
  en: 'Names of staff are not in this overview. A running inquiry may be left out until it is finished.',
};

/**
 * A resident's extract of lookups in the half-open window, per day, newest first. The number of members of
 * a unit decides whether it may be named; unknown units are not named.
 */
export function residentExtract(
  lookups: readonly StoredLookup[],
  unitSizes: ReadonlyMap<string, number>,
  window: { from: number; to: number },
  now: number,
): Extract {
  const lines = new Map<string, ExtractLine>();
  let shown = 0;
  for (const lookup of lookups) {
    const { occurredAt, confidential } = lookup;
    if (occurredAt < window.from || occurredAt >= window.to) continue;
    if (confidential !== null && (confidential.liftedAt === null || confidential.liftedAt > now))
      continue;
    shown++;
    const unit = (unitSizes.get(lookup.unit) ?? 0) >= LEAST_UNIT ? lookup.unit : SMALL_UNIT;
    const date = toIso(occurredAt).slice(0, 10);
    const { system, purpose, action } = lookup;
    const key = [date, system, unit, purpose, action].join('\0');
    const line = lines.get(key) ?? { date, system, unit, purpose, action, dataKinds: [], times: 0 };
    line.times++;
    line.dataKinds = [...new Set([...line.dataKinds, ...lookup.fields])].sort();
    lines.set(key, line);
  }
  return {
    madeAt: toIso(now),
    period: { from: toIso(window.from), to: toIso(window.to) },
    lines: [...lines.values()].sort(
      (a, b) =>
        (a.date < b.date ? 1 : a.date > b.date ? -1 : 0) ||
        (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
        (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0) ||
        (a.purpose < b.purpose ? -1 : 1),
    ),
    lookups: shown,
    note: NOTE,
  };
}
