import type {
  CaseloadRow,
  OfficialRow,
  ReferenceData,
  ReferenceRows,
  Validity,
} from '../../domain/reference.ts';

const within = ({ from, to }: Validity, at: number): boolean =>
  (from ?? -Infinity) <= at && at < (to ?? Infinity);
const distinct = <T>(all: readonly T[]): T[] => [...new Set(all)];

/** Answers out of the rows as they lie there, each time anew: what an index over them must answer too. */
export function answerPlainly(rows: ReferenceRows): ReferenceData {
  const newest = (found: readonly OfficialRow[], at: number): OfficialRow | null =>
    found
      .filter((row) => within(row, at))
      // Of two that began at once, the first.
      .sort((a, b) => (b.from ?? -Infinity) - (a.from ?? -Infinity) || 0)[0] ?? null;
  // A person who stands there twice is what the last row says.
  const person = (subject: string) => rows.persons.findLast((row) => row.subject === subject);
  const residents: ReferenceData['residents'] = (home) =>
    rows.persons.filter((row) => home !== '' && row.household === home).map((row) => row.subject);

  return {
    version: rows.version,
    delivered: rows.delivered,
    population: rows.delivered.persons ? rows.persons.length : 0,
    official: (actor, at) =>
      newest(
        rows.officials.filter((row) => row.actor === actor),
        at,
      ),
    isKnownOfficial: (actor) => rows.officials.some((row) => row.actor === actor),
    ties: (actor, subject, at) =>
      rows.ties
        .filter((row) => row.actor === actor && row.subject === subject && within(row, at))
        .sort(
          (a, b) => a.degree - b.degree || Number(a.endedAt !== null) - Number(b.endedAt !== null),
        ),
    tieCount: (actor, kind) =>
      distinct(
        rows.ties
          .filter((row) => row.actor === actor && row.kind === kind)
          .filter((row) => kind !== 'relative' || row.degree <= 2)
          .map((row) => row.subject),
      ).length,
    caseloadOf: (subject) => rows.caseload.filter((row) => row.subject === subject),
    mandatesOf(actor) {
      const mandates = rows.caseload.filter((row) => row.kind === 'mandate');
      const own = mandates.filter((row) => row.actor === actor);
      // One of a unit is one of everybody who is or was in it.
      const shared = (unit: string): CaseloadRow[] =>
        mandates.filter((row) => row.actor === null && row.unit !== '' && row.unit === unit);
      const units = rows.officials.filter((row) => row.actor === actor).map((row) => row.unit);
      return distinct([...own, ...units.flatMap(shared)]);
    },
    casesByRef: (caseRef) => rows.caseload.filter((row) => row.caseRef === caseRef),
    residents,
    household: (subject) =>
      residents((person(subject)?.household ?? '') as Parameters<typeof residents>[0]).filter(
        (other) => other !== subject,
      ),
    watch: (subject, at) =>
      distinct(
        rows.watchlist
          .filter((row) => row.subject === subject && within(row, at))
          .map((row) => row.category),
      ),
    watchCount: () => distinct(rows.watchlist.map((row) => row.subject)).length,
    secrecy: (subject) => person(subject)?.secrecy ?? 0,
    municipality: (subject) => person(subject)?.municipality ?? '',
    officialOfPerson: (subject, at) =>
      newest(
        rows.officials.filter((row) => row.persons.includes(subject)),
        at,
      ),
    officialCount: () =>
      distinct(rows.officials.filter((row) => row.kind === 'person').map((row) => row.actor))
        .length,
    unitActors: (unit) =>
      unit === ''
        ? []
        : distinct(rows.officials.filter((row) => row.unit === unit).map((row) => row.actor)),
    onLeave(actor, at) {
      const has = (kind: 'leave' | 'standby'): boolean =>
        rows.roster.some((r) => r.actor === actor && r.kind === kind && r.from <= at && at < r.to);
      return has('leave') && !has('standby');
    },
  };
}
