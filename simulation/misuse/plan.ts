import { EVEN_SHARE, STANDARD_MIX, STANDARD_OTHER } from '../constants.ts';
import type { Incident, Level, Misuse, Official, PersonIndex, Visit } from '../model.ts';
import { ACCOUNTS } from './accounts.ts';
import { PEOPLE } from './people.ts';
import type { PlannedVisit, Scene, Script } from './script.ts';
import { SUBJECTS } from './subjects.ts';
import { VOLUME } from './volume.ts';

export const SCRIPTS: readonly Script[] = [...PEOPLE, ...VOLUME, ...SUBJECTS, ...ACCOUNTS];

export type MisusePlan = {
  incidents: Incident[];
  byDay: Map<number, { visit: PlannedVisit; incident: Incident }[]>;
};
type Cell = { script: Script; level: Level; wanted: number };

/** Share of the levels in the default mix. */
const LEVEL_SHARES: readonly [Level, number][] = [
  ['L1', 0.25],
  ['L2', 0.45],
  ['L3', 0.2],
  ['L4', 0.07],
  ['L5', 0.03],
];

function drawLevel(script: Script, scene: Scene): Level {
  const open = LEVEL_SHARES.filter(([level]) => script.levels.includes(level));
  let x = scene.random.next() * open.reduce((sum, [, share]) => sum + share, 0);
  for (const [level, share] of open) {
    x -= share;
    if (x < 0) return level;
  }
  return open[0]?.[0] ?? 'L2';
}

const scriptOf = (typology: string): Script | undefined =>
  SCRIPTS.find((script) => script.typology === typology);

/** The default: what press and courts report most, and now and then one of everything else. */
function standardMix(scene: Scene): Cell[] {
  const scale = (scene.officials.length * scene.town.days) / (800 * 60);
  const cells: Cell[] = [];
  const add = (script: Script | undefined, count: number) => {
    for (let i = 0; script && i < count; i++)
      cells.push({ script, level: drawLevel(script, scene), wanted: 1 });
  };
  for (const [typology, base] of Object.entries(STANDARD_MIX)) {
    const script = scriptOf(typology);
    // Volume as the press tells it: three times as many, in office hours.
    const level = typology === 'unusual-volume' ? 'L2' : null;
    const count = Math.max(2, Math.round(base * scale));
    if (level === null) add(script, count);
    else if (script) cells.push({ script, level, wanted: count });
  }
  for (const script of SCRIPTS)
    if (!(script.typology in STANDARD_MIX))
      add(script, scene.random.count(STANDARD_OTHER * scale, 1));
  return cells;
}

/** Every typology at every level equally often, in turn, up to a tenth of the officials. */
function evenMix(scene: Scene): Cell[] {
  const cells = SCRIPTS.flatMap((script) =>
    script.levels.map((level) => ({ script, level, wanted: 0, order: scene.random.next() })),
  ).sort((a, b) => a.order - b.order);
  const total = Math.round(scene.officials.length * EVEN_SHARE);
  for (let i = 0; i < total; i++) {
    const cell = cells[i % cells.length];
    if (cell) cell.wanted++;
  }
  return cells;
}

const fixedMix = (count: number): Cell[] =>
  SCRIPTS.flatMap((script) => script.levels.map((level) => ({ script, level, wanted: count })));

/** Plans every unlawful look before the first working day, so ordinary work can avoid the persons. */
export function planMisuse(scene: Scene, misuse: Misuse, perCell: number | null): MisusePlan {
  const plan: MisusePlan = { incidents: [], byDay: new Map() };
  if (misuse === 'none') return plan;
  const cells =
    perCell !== null ? fixedMix(perCell) : misuse === 'even' ? evenMix(scene) : standardMix(scene);
  /** One incident an official, until there are more incidents than officials. */
  const load = new Map<Official, number>();
  let most = 1;
  const isFree = (official: Official) =>
    official.change === null && (load.get(official) ?? 0) < most;
  /** Units with a live case of a victim: a colleague there would have a lawful reason. */
  const handled = new Set<string>();

  /** The person and who lives there: a case of the household would be a lawful reason too. */
  const homeOf = (person: PersonIndex): PersonIndex[] => {
    const home = scene.town.households[scene.town.people[person]?.household ?? -1];
    return home === undefined || home.isInstitution ? [person] : [person, ...home.members];
  };

  function tryOne(cell: Cell): boolean {
    const official = scene.random.pick(scene.officials);
    if (!isFree(official)) return false;
    const draft = cell.script.plan(official, cell.level, scene);
    if (draft === null || draft.visits.length === 0) return false;
    const clashes = draft.visits.some(
      ({ person, official: by }) =>
        person !== null && (scene.excluded.has(by, person) || handled.has(`${by.unit}:${person}`)),
    );
    if (clashes) return false;
    draft.prepare?.();
    const { typology } = cell.script;
    const incident: Incident = {
      incidentId: `inc-${String(plan.incidents.length + 1).padStart(4, '0')}`,
      typology,
      level: cell.level,
      official,
      actors: new Set([official.actorId]),
      subjects: new Set(),
      eventIds: [],
      times: [],
      note: draft.note,
    };
    plan.incidents.push(incident);
    for (const visit of draft.visits) {
      load.set(
        visit.official,
        (load.get(visit.official) ?? 0) + (visit.official === official ? 0 : 1),
      );
      if (visit.person !== null) {
        incident.subjects.add(visit.person);
        if (draft.isOwnTeamCase) {
          scene.excluded.ofOfficial(official.actorId, visit.person);
          handled.add(`${official.unit}:${visit.person}`);
        } else
          for (const one of homeOf(visit.person)) scene.excluded.ofUnit(visit.official.unit, one);
      }
      const list = plan.byDay.get(visit.day);
      if (list) list.push({ visit, incident });
      else plan.byDay.set(visit.day, [{ visit, incident }]);
    }
    load.set(official, (load.get(official) ?? 0) + 1);
    return true;
  }

  for (const cell of cells) {
    let { wanted } = cell;
    for (let i = 0; i < scene.officials.length * 8 && wanted > 0; i++) {
      if (i > 0 && i % (scene.officials.length * 2) === 0 && perCell !== null) most++;
      if (tryOne(cell)) wanted--;
    }
  }
  return plan;
}

/** The cover of a planned visit, found on its day: an own case, a closed one, a made-up number. */
export function coverOf(visit: PlannedVisit, scene: Scene): Pick<Visit, 'caseRef'> {
  const { official, day, cover } = visit;
  const { caseload, random } = scene;
  if (cover === 'own-case') return { caseRef: caseload.anyOwn(official, day)?.caseRef ?? null };
  if (cover === 'closed-case')
    return { caseRef: caseload.anyClosed(official)?.caseRef ?? invented(random.int(900_000)) };
  return { caseRef: cover === 'invented' ? invented(random.int(900_000)) : null };
}

const invented = (serial: number): string => `Z-2026-${String(1_000_000 + serial)}`;
