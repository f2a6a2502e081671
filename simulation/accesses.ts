import type { CanonicalEvent } from '../domain/event.ts';
import { DAY_MS, fromAmsterdam, toIso } from '../domain/time.ts';
import { ACTOR_LOST, DENIED, HOURS } from './constants.ts';
import type { Incident, Official, Person } from './model.ts';
import { cumulate, type Random } from './random.ts';

export type Timed = { at: number; event: CanonicalEvent };
export type Access = {
  official: Official;
  person: Person;
  day: number;
  caseRef: string | null;
  isOutOfHours: boolean;
  incident: Incident | null;
};

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
};
const hours = cumulate(HOURS);

/** A moment of a local day, to the millisecond; evenings are 19:30 to 23:00. */
function momentOf(day: number, isOutOfHours: boolean, random: Random): number {
  const ms = isOutOfHours
    ? 19.5 * 3_600_000 + random.int(3.5 * 3_600_000)
    : random.weighted(hours) * 3_600_000 + random.int(3_600_000);
  const local = fromAmsterdam(day * DAY_MS + ms);
  return 'at' in local ? local.at : day * DAY_MS;
}

const schemeOf = (id: string): 'bsn' | 'local' => (/^\d{9}$/.test(id) ? 'bsn' : 'local');

function actionsOf(random: Random, isCase: boolean): CanonicalEvent['action'][] {
  const x = random.next();
  if (x < 0.3) return ['view'];
  if (x < 0.75) return ['search', 'view'];
  if (x < 0.9) return ['search', 'view', 'view'];
  // Changing a record needs a case; the rest of the pattern is the same with and without one.
  return isCase && x < 0.96 ? ['view', 'update'] : ['search', 'view', 'print'];
}

/**
 * Turns one look-up into the events its systems log. Lawful and unlawful look-ups take this one
 * path, so that nothing but the reference data tells them apart.
 */
export function createRecorder(random: Random) {
  return function record(access: Access, into: Timed[]): void {
    const { official, person, day, incident } = access;
    const system = random.chance(0.6)
      ? official.shape.system
      : random.pick(['brp', 'zaaksysteem'] as const);
    let at = momentOf(day, access.isOutOfHours, random);
    const key = random.pick(['bsn', 'bsn', 'name', 'name', 'address', 'other'] as const);
    const sessionId = `${official.actorId.slice(1)}${day}${at % DAY_MS < DAY_MS / 2 ? 'a' : 'p'}`;
    const device = random.chance(0.95) ? { ip: official.ip, host: official.host } : null;
    const isDenied = random.chance(DENIED);
    const isLost = random.chance(ACTOR_LOST);
    const purpose = purposeOf(access, system, random);
    for (const action of isDenied
      ? (['view'] as const)
      : actionsOf(random, access.caseRef !== null)) {
      const fields = (FIELDS[system] ?? []).filter(() => random.chance(0.6));
      const event: CanonicalEvent = {
        eventId: random.hex(20),
        occurredAt: toIso(at),
        source: { system },
        actor:
          isLost && incident === null
            ? null
            : { id: official.actorId, unit: official.unit, roles: [official.role] },
        action,
        outcome: isDenied ? 'denied' : 'success',
        subject: { scheme: schemeOf(person.id), id: person.id },
        ...(action === 'search' && {
          query: { key, resultCount: key === 'bsn' ? 1 : 1 + random.int(6) },
        }),
        ...(action !== 'search' && random.chance(0.9) && { fields }),
        ...(purpose && { purpose }),
        ...(device && { device }),
        sessionId,
      };
      into.push({ at, event });
      incident?.eventIds.push(event.eventId ?? '');
      incident?.times.push(at);
      at += 2_000 + random.int(90_000);
    }
  };
}

/** Systems differ in how often they carry a case number; every one carries the legal purpose. */
function purposeOf(access: Access, system: string, random: Random): CanonicalEvent['purpose'] {
  if (access.incident?.level !== 'L4' && random.chance(0.08)) return null;
  const code = PURPOSES[access.official.role] ?? 'overig';
  // A cover that is never quoted would be no cover.
  const isQuoted =
    access.incident?.level === 'L4' || random.chance(system === 'zaaksysteem' ? 0.7 : 0.35);
  return access.caseRef !== null && isQuoted ? { code, caseRef: access.caseRef } : { code };
}

/** The nightly synchronisation: a system account touching many persons before work begins. */
export function recordNightJob(
  people: Person[],
  citizens: number,
  day: number,
  random: Random,
): Timed[] {
  return Array.from({ length: Math.ceil(citizens / 1_000) }, () => {
    const person = people[random.int(citizens)];
    const local = fromAmsterdam(day * DAY_MS + random.int(4 * 3_600_000));
    const at = 'at' in local ? local.at : day * DAY_MS;
    const event: CanonicalEvent = {
      eventId: random.hex(20),
      occurredAt: toIso(at),
      source: { system: 'brp' },
      actor: { id: 'svc-brp-sync', kind: 'system', unit: 'ict' },
      action: 'list',
      outcome: 'success',
      subject: { scheme: schemeOf(person?.id ?? ''), id: person?.id ?? '' },
      fields: ['address'],
      purpose: { code: 'bijhouding' },
    };
    return { at, event };
  });
}
