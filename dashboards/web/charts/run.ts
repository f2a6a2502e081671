/** Shorter than this there is hardly time to do anything with what was found. */
export const SHORT_SECONDS = 30;

export type RunStep = {
  /** Epoch ms. */
  at: number;
  token: string | null;
  /** Persons numbered in the order in which they first come, from 1. */
  person: number;
  /** The first time that this person comes. */
  isNew: boolean;
  /** Seconds since the step before; null for the first. */
  pause: number | null;
  isShort: boolean;
  queryKey: string | null;
  hasCaseRef: boolean;
};

/** Lookups in order of time as steps from person to person. A lookup of nobody stays where it was. */
export function runOf(
  lookups: readonly {
    occurredAt: string;
    subject: { token: string } | null;
    queryKey: string | null;
    hasCaseRef: boolean;
  }[],
): RunStep[] {
  const persons = new Map<string, number>();
  const sorted = lookups
    .map((lookup) => ({ ...lookup, at: Date.parse(lookup.occurredAt) }))
    .sort((a, b) => a.at - b.at);
  let before: { at: number; person: number } | null = null;
  return sorted.map(({ at, subject, queryKey, hasCaseRef }) => {
    const token = subject?.token ?? null;
    const isNew = token !== null && !persons.has(token);
    if (token !== null && isNew) persons.set(token, persons.size + 1);
    const person = token === null ? (before?.person ?? 1) : (persons.get(token) ?? 1);
    const pause = before === null ? null : Math.round((at - before.at) / 1000);
    before = { at, person };
    const isShort = pause !== null && pause <= SHORT_SECONDS;
    return { at, token, person, isNew, pause, isShort, queryKey, hasCaseRef };
  });
}
