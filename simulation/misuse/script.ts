// What the scripts of misuse share. They are written from court cases, press and the description of
// the typologies, not from any detector.
import { weekday } from '../../domain/time.ts';
import type { Caseload, Exclusions } from '../caseload.ts';
import type { Level, Official, PersonIndex, Town, Visit, When } from '../model.ts';
import { isWorking } from '../officials.ts';
import type { Random } from '../random.ts';

/** Which case number is quoted as a cover; it is looked up on the day itself. */
export type Cover = 'own-case' | 'closed-case' | 'invented';
export type PlannedVisit = Omit<Visit, 'incident' | 'caseRef'> & { cover?: Cover };

export type Draft = {
  visits: PlannedVisit[];
  note: string;
  /** Team mates keep a lawful reason for these persons; otherwise the whole unit stays away. */
  isOwnTeamCase?: boolean;
  /** Rows to be written once the draft is accepted. */
  prepare?: () => void;
};

export type Scene = {
  town: Town;
  officials: Official[];
  caseload: Caseload;
  excluded: Exclusions;
  random: Random;
};

export type Script = {
  typology: string;
  levels: readonly Level[];
  /** Null when this official cannot do it: no such relative, no leave, no work in the period. */
  plan(official: Official, level: Level, scene: Scene): Draft | null;
};

/** Misuse begins after a quarter of the period, so that baselines have some past to compare with. */
const firstDayOf = (town: Town): number => town.startDay + Math.floor(town.days / 4);

/** Up to `count` days on shift from a random start, at least `gap` days apart. */
export function workdays(official: Official, scene: Scene, count: number, gap = 1): number[] {
  const { town, random } = scene;
  const all: number[] = [];
  for (let day = firstDayOf(town); day < town.startDay + town.days; day++)
    if (isWorking(official, day)) all.push(day);
  const span = Math.min(all.length, gap > 1 ? all.length : count);
  const start = random.int(Math.max(1, all.length - span + 1));
  const days: number[] = [];
  for (const day of all.slice(start))
    if (days.length < count && day >= (days.at(-1) ?? -gap) + gap) days.push(day);
  return days;
}

/** Days and habits that a level stands for, when one or a few persons are looked at. */
export function occasions(official: Official, level: Level, scene: Scene, count: number): number[] {
  if (level === 'L5') return workdays(official, scene, 8, 7);
  const days = workdays(official, scene, count);
  if (level !== 'L1' || !scene.random.chance(0.3)) return days;
  // Careless ones also look on the Sunday after.
  return days.map((day) => day + (6 - weekday(day)));
}

export const whenOf = (level: Level): When => (level === 'L1' ? 'evening' : 'office');

/** Low and slow ones content themselves with what a list of hits shows. */
export const habits = (level: Level, random: Random): Partial<PlannedVisit> =>
  level === 'L5' ? { actions: random.chance(0.5) ? ['search'] : ['search', 'view'] } : {};

/**
 * Makes the level true for the victims: a live case in another team (L3), one of a colleague in the
 * own team or a borrowed number (L4). Returns null when the team has nobody for it.
 */
export function levelled(
  official: Official,
  level: Level,
  scene: Scene,
  draft: Draft,
): Draft | null {
  const { officials, caseload, random, excluded } = scene;
  if (level !== 'L3' && level !== 'L4') return draft;
  const isBorrowed = level === 'L4' && random.chance(0.5);
  if (isBorrowed)
    return {
      ...draft,
      visits: draft.visits.map((v) => ({ ...v, cover: 'own-case' as const, isQuoted: true })),
      note: `${draft.note}; the number of an own, unrelated case quoted`,
    };
  const isOwnTeam = level === 'L4';
  const handlers = officials.filter(
    (o) =>
      o !== official &&
      o.change === null &&
      o.shape.touches > 1.5 &&
      (o.unit === official.unit) === isOwnTeam,
  );
  const subjects = new Set(draft.visits.flatMap((v) => v.person ?? []));
  const handler = handlers.length === 0 ? null : random.pick(handlers);
  if (handler === null || [...subjects].some((person) => excluded.has(handler, person)))
    return null;
  const firstDay = Math.min(...draft.visits.map((v) => v.day));
  return {
    ...draft,
    isOwnTeamCase: isOwnTeam,
    note: `${draft.note}; live case ${isOwnTeam ? 'in the own team' : 'in another team'}`,
    prepare: () => {
      draft.prepare?.();
      for (const person of subjects)
        caseload.open(handler, firstDay - 1 - random.int(5), person, false);
    },
  };
}

/** Some ordinary residents whom nobody has a reason to keep apart. */
export function residents(official: Official, scene: Scene, count: number): PersonIndex[] {
  return Array.from({ length: count }, () => scene.caseload.drawClient(official));
}
