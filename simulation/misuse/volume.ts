// Looks at many people: for a buyer, out of curiosity, or to fish.
import { HOMES_PER_STREET } from '../households.ts';
import type { Official, PersonIndex, When } from '../model.ts';
import {
  type Draft,
  levelled,
  type PlannedVisit,
  residents,
  type Scene,
  type Script,
  whenOf,
  workdays,
} from './script.ts';

const daily = (level: string, scene: Scene, official: Official, count: number): number[] =>
  level === 'L5' ? workdays(official, scene, 7, 7) : workdays(official, scene, count);

/** Somebody who lives in another municipality. */
const stranger = ({ town, random }: Scene): PersonIndex =>
  town.citizens + random.int(Math.max(1, town.people.length - town.citizens));

const unusualVolume: Script = {
  typology: 'unusual-volume',
  levels: ['L1', 'L2', 'L4', 'L5'],
  plan(official, level, scene) {
    // Three times of next to nothing is nothing; a ramp lasts three weeks.
    if (official.mean < 8) return null;
    const on = workdays(official, scene, level === 'L5' ? 15 : 1 + scene.random.int(3));
    if (on.length < (level === 'L5' ? 10 : 1)) return null;
    const visits = on.flatMap((day, i) => {
      const ramp = level === 'L5' ? Math.min(0.9, 0.1 * (i + 1)) : 2;
      return residents(official, scene, Math.round(official.mean * ramp)).map((person) => ({
        ...{ official, person, day, when: whenOf(level) },
        ...(level === 'L4' && { cover: 'own-case' as const }),
      }));
    });
    // The ordinary day goes on beneath it: twice the mean on top makes three times.
    const note = level === 'L5' ? 'slow rise over three weeks' : 'three times the usual number';
    return { visits, note };
  },
};

const bulkExport: Script = {
  typology: 'bulk-export',
  levels: ['L1', 'L2', 'L4', 'L5'],
  plan(official, level, scene): Draft | null {
    const { random } = scene;
    const on = level === 'L5' ? workdays(official, scene, 5, 7) : workdays(official, scene, 1);
    const [first] = on;
    if (first === undefined) return null;
    const isOneFile = level !== 'L5' && random.chance(0.5);
    const action = random.pick(['export', 'export', 'print'] as const);
    const visits = on.flatMap((day): PlannedVisit[] => {
      const start = (level === 'L1' ? 19.5 + 2 * random.next() : 9 + 7 * random.next()) * 3_600_000;
      const requestId = `r${random.hex(13)}`;
      if (isOneFile)
        return [
          {
            ...{ official, person: null, day, when: start, actions: ['export'] as const },
            ...{ key: 'other' as const, resultCount: 500 + random.int(2_000), requestId },
          },
        ];
      const size = level === 'L5' ? 20 + random.int(15) : 60 + random.int(220);
      return residents(official, scene, size).map((person, i) => ({
        ...{ official, person, day, when: start + i * 1_500, actions: [action], requestId },
        ...(level === 'L4' && { cover: 'own-case' as const, isQuoted: true }),
      }));
    });
    return { visits, note: isOneFile ? 'one file of many persons' : 'records taken out in bulk' };
  },
};

const noCase: Script = {
  typology: 'no-case',
  levels: ['L1', 'L2', 'L3', 'L5'],
  plan(official, level, scene) {
    const on = workdays(official, scene, level === 'L5' ? 30 : 10 + scene.random.int(6));
    if (on.length < 6) return null;
    const perDay = level === 'L5' ? 1 : Math.max(3, Math.round(official.mean * 0.35));
    const visits = on.flatMap((day) =>
      residents(official, scene, perDay).map((person) => ({
        ...{ official, person, day, when: whenOf(level) },
      })),
    );
    return levelled(official, level, scene, { visits, note: 'a third without any work behind it' });
  },
};

/** Door after door of one street, or everybody of one surname. */
const enumeration: Script = {
  typology: 'enumeration',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const { town, random } = scene;
    const on = level === 'L5' ? workdays(official, scene, 4, 7) : workdays(official, scene, 1);
    if (on.length === 0) return null;
    const streets = Math.floor(town.households.length / HOMES_PER_STREET);
    let at = random.int(streets) * HOMES_PER_STREET + random.int(20);
    const visits = on.flatMap((day) => {
      let when = (level === 'L1' ? 19.5 : 9 + 6 * random.next()) * 3_600_000;
      return Array.from({ length: level === 'L5' ? 8 : 14 + random.int(16) }, () => {
        const person = town.households[at]?.members[0] ?? random.int(town.citizens);
        at += 1 + random.int(2);
        when += 12_000 + random.int(40_000);
        const look = { key: 'address' as const, actions: ['search', 'view'] as const };
        return { official, person, day, when: when as When, ...look, system: 'brp' };
      });
    });
    return { visits, note: 'homes of one street in order' };
  },
};

/** A buyer asks where someone lives or whose car it is. */
const addressTargeting: Script = {
  typology: 'address-targeting',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    if (official.role === 'enforcement') return null;
    const { random } = scene;
    const on = daily(level, scene, official, 6 + random.int(6));
    if (on.length < 3) return null;
    const visits = on.map((day) => {
      const [own] = residents(official, scene, 1);
      const person = random.chance(0.7) ? stranger(scene) : (own ?? stranger(scene));
      const key = random.pick(['address', 'plate'] as const);
      const look = { key, actions: ['search', 'view'] as const, system: 'brp' };
      return { official, person, day, when: whenOf(level), ...look };
    });
    return { visits, note: 'addresses and registration numbers for somebody else' };
  },
};

const outOfArea: Script = {
  typology: 'out-of-area',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const on = daily(level, scene, official, 5 + scene.random.int(4));
    if (on.length < 3) return null;
    const visits = on.flatMap((day) =>
      Array.from({ length: level === 'L5' ? 1 : 1 + scene.random.int(3) }, () => ({
        ...{ official, person: stranger(scene), day, when: whenOf(level) },
        system: scene.random.pick(['brp', 'suwinet'] as const),
      })),
    );
    return { visits, note: 'people of other municipalities' };
  },
};

const searchFishing: Script = {
  typology: 'search-fishing',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    const on = daily(level, scene, official, 2 + random.int(4));
    if (on.length < 2) return null;
    const visits = on.flatMap((day) =>
      Array.from({ length: level === 'L5' ? 4 : 8 + random.int(10) }, () => {
        const key = random.chance(0.7) ? ('wildcard' as const) : ('name' as const);
        const person = random.chance(0.3) ? (residents(official, scene, 1)[0] ?? null) : null;
        const resultCount = random.chance(0.25) ? 0 : 20 + random.int(60);
        const look = { key, resultCount, actions: ['search'] as const };
        return { official, person, day, when: whenOf(level), ...look };
      }),
    );
    return { visits, note: 'trying names until something bites' };
  },
};

export const VOLUME: readonly Script[] = [
  unusualVolume,
  bulkExport,
  noCase,
  enumeration,
  addressTargeting,
  outOfArea,
  searchFishing,
];
