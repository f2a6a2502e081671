import type { Caseload, Exclusions } from './caseload.ts';
import { MISUSE } from './constants.ts';
import type { IllicitAccess, Incident, Official, PersonIndex, Town } from './model.ts';
import { isWorking } from './officials.ts';
import type { Random } from './random.ts';

type Typology = keyof typeof MISUSE;
type Deps = {
  town: Town;
  officials: Official[];
  days: number;
  caseload: Caseload;
  excluded: Exclusions;
  random: Random;
};
export type MisusePlan = { incidents: Incident[]; byDay: Map<number, IllicitAccess[]> };

/** Kin of the official who live in town: parents, children, partner, siblings. */
function kinOf(town: Town, index: PersonIndex): { person: PersonIndex; kind: string }[] {
  const self = town.people[index];
  if (!self) return [];
  const siblings = self.parents.flatMap((p) => town.people[p]?.children ?? []);
  return [
    ...self.parents.map((person) => ({ person, kind: 'parent' })),
    ...self.children.map((person) => ({ person, kind: 'child' })),
    ...(self.partner === null ? [] : [{ person: self.partner, kind: 'partner' }]),
    ...[...new Set(siblings)].map((person) => ({ person, kind: 'sibling' })),
  ].filter(({ person }) => person !== index && (town.people[person]?.isLocal ?? false));
}

function victimOf(town: Town, official: Official, typology: Typology, random: Random) {
  const self = town.people[official.person];
  if (typology === 'relative') {
    const kin = kinOf(town, official.person);
    return kin.length === 0 ? null : random.pick(kin);
  }
  if (typology === 'ex-partner') {
    const former = self?.exPartner?.person ?? -1;
    return town.people[former]?.isLocal ? { person: former, kind: 'former partner' } : null;
  }
  const protectedKinds = ['victim', 'shelter'];
  const listed = town.watchlist.filter(
    (row) =>
      protectedKinds.includes(row.category) === (typology === 'protected-person') &&
      row.person !== official.person,
  );
  return listed.length === 0 ? null : { person: random.pick(listed).person, kind: 'watchlist' };
}

/** The n-th and following days on shift from a random start; misuse happens on working days. */
function workdays(official: Official, { town, days, random }: Deps, count: number): number[] {
  // From a quarter of the period on, so that baselines have some past to compare with.
  const from = town.startDay + Math.floor(days / 4);
  const all = [];
  for (let day = from; day < town.startDay + days; day++)
    if (isWorking(official, day)) all.push(day);
  const start = random.int(Math.max(1, all.length - count));
  return all.slice(start, start + count);
}

const levelOf = (random: Random, typology: Typology): Incident['level'] => {
  if (typology === 'unusual-volume') return 'L2';
  const x = random.next();
  if (x < 0.25) return 'L1';
  if (x < 0.7) return 'L2';
  return x < 0.9 ? 'L3' : 'L4';
};

/** Plans every unlawful look-up before the first working day, so ordinary work can avoid them. */
export function planMisuse(deps: Deps): MisusePlan {
  const { town, officials, days, caseload, excluded, random } = deps;
  const plan: MisusePlan = { incidents: [], byDay: new Map() };
  const used = new Set<Official>();
  /** Units with a live case of a victim: a colleague there would have a lawful reason. */
  const handled = new Set<string>();
  const schedule = (incident: Incident, day: number, person: PersonIndex) => {
    const list = plan.byDay.get(day) ?? [];
    list.push({ incident, person, isOutOfHours: incident.level === 'L1' });
    plan.byDay.set(day, list);
    excluded.add(incident.official.unit, person);
    if (!incident.subjects.includes(person)) incident.subjects.push(person);
  };
  const begin = (official: Official, typology: Typology, note: string): Incident => {
    const level = levelOf(random, typology);
    const incidentId = `inc-${String(plan.incidents.length + 1).padStart(4, '0')}`;
    const incident = {
      incidentId,
      typology,
      level,
      official,
      subjects: [],
      eventIds: [],
      times: [],
      note,
    };
    plan.incidents.push(incident);
    used.add(official);
    return incident;
  };

  function targeted(official: Official, typology: Typology): boolean {
    const victim = victimOf(town, official, typology, random);
    const on = workdays(official, deps, 1 + random.int(3));
    if (
      victim === null ||
      on.length === 0 ||
      excluded.has(official.unit, victim.person) ||
      handled.has(`${official.unit}:${victim.person}`)
    )
      return false;
    const incident = begin(official, typology, victim.kind);
    for (const day of on) schedule(incident, day, victim.person);
    if (incident.level === 'L3') {
      const others = officials.filter((o) => o.unit !== official.unit && o.shape.touches > 1.5);
      const handler = others.length > 0 ? random.pick(others) : null;
      if (handler === null || excluded.has(handler.unit, victim.person)) incident.level = 'L2';
      else {
        caseload.open(handler, (on[0] ?? 0) - 1 - random.int(5), victim.person, false);
        handled.add(`${handler.unit}:${victim.person}`);
      }
    }
    return true;
  }

  function volume(official: Official): boolean {
    const on = workdays(official, deps, 1 + random.int(3));
    if (official.mean < 8 || on.length === 0) return false;
    const incident = begin(official, 'unusual-volume', 'three times the usual number of persons');
    // The ordinary day goes on beneath it: twice the mean on top makes three times.
    for (const day of on)
      for (let i = Math.round(official.mean * 2); i > 0; i--)
        schedule(incident, day, caseload.drawClient(official.unit));
    return true;
  }

  const scale = (officials.length * days) / (800 * 60);
  const kinds = Object.entries(MISUSE) as [Typology, number][];
  for (const [typology, base] of kinds) {
    let wanted = Math.max(2, Math.round(base * scale));
    for (let i = 0; i < officials.length * 6 && wanted > 0; i++) {
      const official = random.pick(officials);
      if (used.has(official)) continue;
      const isDone =
        typology === 'unusual-volume' ? volume(official) : targeted(official, typology);
      if (isDone) wanted--;
    }
  }
  return plan;
}
