import type { Action, CanonicalEvent } from '../domain/event.ts';
import { DAY_MS, fromAmsterdam, toIso } from '../domain/time.ts';
import { ACTOR_LOST, DENIED, HOURS, MUNICIPALITY, QUOTED_WRONG } from './constants.ts';
import { addressOf } from './households.ts';
import type { Person, PersonIndex, QueryKey, Town, Visit } from './model.ts';
import { ELSEWHERE } from './names.ts';
import { cumulate, type Random } from './random.ts';

export type Timed = { at: number; event: CanonicalEvent };

const FIELDS: Record<string, readonly string[]> = {
  brp: ['name', 'birth', 'address', 'partner', 'children', 'parents', 'nationality', 'secrecy'],
  zaaksysteem: ['name', 'address', 'contact', 'documents', 'status'],
  suwinet: ['name', 'income', 'benefit', 'employer', 'vehicles', 'address'],
};
const PURPOSES: Record<string, string> = {
  desk: 'burgerzaken',
  'call-centre': 'klantcontact',
  'social-domain': 'participatiewet',
  tax: 'belastingen',
  permits: 'vergunningen',
  enforcement: 'handhaving',
  youth: 'jeugdwet',
  hr: 'personeelszaken',
  it: 'beheer',
};
/** Keys that a role searches by; repeated as often as it does. */
const KEYS: Record<string, readonly QueryKey[]> = {
  desk: ['bsn', 'bsn', 'name', 'name', 'name', 'address', 'other', 'wildcard'],
  'call-centre': ['bsn', 'name', 'name', 'name', 'address', 'address', 'other', 'wildcard'],
  'social-domain': ['bsn', 'bsn', 'bsn', 'bsn', 'name', 'name', 'address', 'other'],
  tax: ['bsn', 'bsn', 'bsn', 'name', 'address', 'parcel', 'other', 'other'],
  permits: ['name', 'address', 'address', 'parcel', 'parcel', 'other', 'bsn', 'other'],
  enforcement: ['plate', 'plate', 'address', 'address', 'name', 'bsn', 'bsn', 'other'],
  youth: ['bsn', 'bsn', 'bsn', 'name', 'name', 'name', 'address', 'other'],
  hr: ['bsn', 'name', 'name', 'name', 'name', 'other', 'other', 'bsn'],
  it: ['bsn', 'other', 'other', 'name', 'bsn', 'wildcard', 'other', 'bsn'],
};
const hours = cumulate(HOURS);

/** An instant of a local day: by the hours of work, in the evening, or at a given offset. */
export function momentOf(day: number, when: Visit['when'], random: Random): number {
  const ms =
    typeof when === 'number'
      ? when
      : when === 'evening'
        ? 19.25 * 3_600_000 + random.int(3.75 * 3_600_000)
        : random.weighted(hours) * 3_600_000 + random.int(3_600_000);
  const local = fromAmsterdam(day * DAY_MS + ms);
  return 'at' in local ? local.at : day * DAY_MS;
}

const schemeOf = (id: string): 'bsn' | 'local' => (/^\d{9}$/.test(id) ? 'bsn' : 'local');
const municipalityOf = (person: Person, index: PersonIndex): string =>
  person.isLocal ? MUNICIPALITY : (ELSEWHERE[index % ELSEWHERE.length] ?? MUNICIPALITY);

/** What an official does with one record; changing it needs a case, the rest of the pattern does not. */
function actionsOf(random: Random, isCase: boolean): readonly Action[] {
  const x = random.next();
  if (x < 0.28) return ['view'];
  if (x < 0.33) return ['search'];
  if (x < 0.74) return ['search', 'view'];
  if (x < 0.88) return ['search', 'view', 'view'];
  if (x < 0.9) return ['search', 'view', 'print'];
  return isCase ? ['view', 'update'] : ['search', 'view', 'view'];
}

function resultsOf(key: QueryKey, random: Random): number {
  if (key === 'bsn' || key === 'plate') return 1;
  if (key === 'wildcard') return 4 + random.count(20, 12);
  return 1 + random.int(key === 'address' ? 4 : 7);
}

function objectOf(town: Town, visit: Visit, key: QueryKey): CanonicalEvent['object'] {
  const person = town.people[visit.person ?? -1];
  const home = town.households[person?.household ?? -1];
  if (key === 'plate') return { kind: 'vehicle', id: plateOf(visit.person ?? 0) };
  if (key === 'address' && home) return { kind: 'address', id: addressOf(home.address).addressId };
  if (key === 'parcel' && home)
    return { kind: 'parcel', id: `VBS00-A-${1_000 + (home.address % 9_000)}` };
  return null;
}

/** An invented registration number, the same for the same person. */
export const plateOf = (person: PersonIndex): string =>
  `XX-${String(person % 1_000).padStart(3, '0')}-${String.fromCharCode(65 + (person % 23))}`;

/**
 * Turns one visit into the events its system logs, in order. Lawful and unlawful visits take this
 * one path, so that nothing but the reference data tells them apart.
 */
export function createRecorder(
  town: Town,
  random: Random,
  closedCaseOf: (visit: Visit) => string | null,
) {
  /** Systems differ in how often they ask for a case number; every one knows the legal purpose. */
  function purposeOf(visit: Visit, system: string): CanonicalEvent['purpose'] {
    const isMissing = random.chance(0.08);
    const share = system === 'zaaksysteem' ? 0.7 : 0.35;
    const isQuoted = visit.isQuoted ?? random.chance(share);
    const code = PURPOSES[visit.official.role] ?? 'overig';
    if (visit.caseRef === null || !isQuoted) return isMissing ? null : { code };
    const slip = visit.isQuoted === undefined ? random.next() : 1;
    if (slip < QUOTED_WRONG.typo) return { code, caseRef: mistyped(visit.caseRef, random) };
    if (slip < QUOTED_WRONG.typo + QUOTED_WRONG.closed)
      return { code, caseRef: closedCaseOf(visit) ?? visit.caseRef };
    return { code, caseRef: visit.caseRef };
  }

  /** One day in five at home, now and then an hour in a meeting room; a terminal server has no name. */
  function deviceOf(visit: Visit, at: number): CanonicalEvent['device'] {
    const { day, official } = visit;
    const isKnown = random.chance(0.95);
    const hour = Math.floor(at / 3_600_000);
    const isHome = (day * 31 + official.ordinal * 17) % 5 === 0;
    const isMeeting = (hour * 37 + official.ordinal * 11) % 41 === 0;
    const { host, ip } = visit.device ?? official.hosts[isHome !== isMeeting ? 1 : 0];
    return isKnown ? { ip, host } : null;
  }

  return function record(visit: Visit, into: Timed[]): void {
    const { official, day, incident } = visit;
    const person = visit.person === null ? null : (town.people[visit.person] ?? null);
    const drawn = random.chance(0.6)
      ? official.shape.system
      : random.pick(['brp', 'zaaksysteem'] as const);
    const system = visit.system ?? drawn;
    const actions = actionsOf(random, visit.caseRef !== null);
    const key = random.pick(KEYS[official.role] ?? (['bsn', 'name'] as const));
    const usedKey = visit.key ?? key;
    const results = resultsOf(usedKey, random);
    let at = momentOf(day, visit.when, random);
    const device = deviceOf(visit, at);
    const half = at % DAY_MS < DAY_MS / 2 ? 'a' : 'p';
    const place = device?.host?.slice(3, 6) ?? 'tsv';
    const sessionId = `${official.actorId.slice(1)}${day}${half}${place}`;
    const isDenied = random.chance(DENIED);
    // A refused look showed nobody's data: it would be an incident that never happened.
    const outcome = visit.outcome ?? (isDenied && incident === null ? 'denied' : 'success');
    const isLost = random.chance(ACTOR_LOST);
    const purpose = purposeOf(visit, system);
    const object = objectOf(town, visit, usedKey);
    const chosen = visit.actions ?? actions;
    const steps = outcome === 'denied' ? chosen.slice(0, 1) : chosen;
    for (const action of steps) {
      const fields = (FIELDS[system] ?? []).filter(() => random.chance(0.6));
      const isSearch = action === 'search';
      const isBulk = action === 'export' && person === null;
      const event: CanonicalEvent = {
        eventId: random.hex(20),
        ...(visit.requestId && { requestId: visit.requestId }),
        occurredAt: toIso(at),
        source: { system, instance: 'prod' },
        actor:
          isLost && incident === null
            ? null
            : { id: official.actorId, unit: official.unit, roles: [official.role] },
        action,
        outcome,
        subject: person && {
          scheme: schemeOf(person.id),
          id: person.id,
          ...(system !== 'zaaksysteem' && {
            municipality: municipalityOf(person, visit.person ?? 0),
          }),
        },
        ...(object && (isSearch || !chosen.includes('search')) && { object }),
        ...((isSearch || isBulk) && {
          query: { key: usedKey, resultCount: visit.resultCount ?? (person ? results : 0) },
        }),
        ...(!isSearch && random.chance(0.9) && { fields }),
        ...(purpose && { purpose }),
        ...(visit.isEmergency && { emergency: true }),
        ...(device && { device }),
        sessionId,
      };
      into.push({ at, event });
      incident?.eventIds.push(event.eventId ?? '');
      incident?.times.push(at);
      incident?.actors.add(official.actorId);
      at += 2_000 + random.int(visit.requestId ? 1_000 : 90_000);
    }
  };
}

/** Two neighbouring digits swapped, or one hit twice. */
function mistyped(caseRef: string, random: Random): string {
  const at = caseRef.length - 2 - random.int(4);
  const swapped = `${caseRef.slice(0, at)}${caseRef[at + 1]}${caseRef[at]}${caseRef.slice(at + 2)}`;
  return swapped === caseRef ? `${caseRef.slice(0, -1)}${random.int(10)}` : swapped;
}

/** The nightly synchronisation: a system account touching many persons before work begins. */
export function recordNightJob(town: Town, day: number, random: Random): Timed[] {
  return Array.from({ length: Math.ceil(town.citizens / 1_000) }, () => {
    const person = town.people[random.int(town.citizens)];
    const at = momentOf(day, random.int(4 * 3_600_000), random);
    const event: CanonicalEvent = {
      eventId: random.hex(20),
      occurredAt: toIso(at),
      source: { system: 'brp', instance: 'prod' },
      actor: { id: 'svc-brp-sync', kind: 'system', unit: 'ict' },
      action: 'list',
      outcome: 'success',
      subject: {
        scheme: schemeOf(person?.id ?? ''),
        id: person?.id ?? '',
        municipality: MUNICIPALITY,
      },
      fields: ['address'],
      purpose: { code: 'bijhouding' },
    };
    return { at, event };
  });
}
