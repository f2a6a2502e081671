// Looks that only the history of the person, or of the case, gives away.
import type { Level, Official } from '../model.ts';
import { isWorking } from '../officials.ts';
import {
  type Cover,
  habits,
  levelled,
  occasions,
  residents,
  type Script,
  whenOf,
  workdays,
} from './script.ts';

/** A person without any tie, looked at again and again. */
const repeatedSubject: Script = {
  typology: 'repeated-subject',
  levels: ['L1', 'L2', 'L3', 'L4', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    const count = 5 + random.int(6);
    const on =
      level === 'L5' ? workdays(official, scene, 8, 7) : workdays(official, scene, count, 2);
    const [person] = residents(official, scene, 1);
    if (on.length < 5 || person === undefined) return null;
    const visits = on.map((day) => ({
      ...{ official, person, day, when: whenOf(level) },
      ...habits(level, random),
    }));
    return levelled(official, level, scene, { visits, note: 'the same person over and over' });
  },
};

/** A name in the news, a video that goes round: many want to see for themselves. */
const subjectBurst: Script = {
  typology: 'subject-burst',
  levels: ['L1', 'L2', 'L3', 'L5'],
  plan(official, level, scene) {
    const { officials, random, town, excluded } = scene;
    const [day] = workdays(official, scene, 1);
    if (day === undefined) return null;
    const person = random.int(town.citizens);
    const others: Official[] = [];
    for (let i = 0; i < 60 && others.length < 4 + random.int(4); i++) {
      const other = random.pick(officials);
      const isFree = other !== official && !others.includes(other) && other.change === null;
      if (isFree && isWorking(other, day) && !excluded.has(other, person)) others.push(other);
    }
    if (new Set([official, ...others].map((o) => o.unit)).size < 3) return null;
    const visits = [official, ...others].map((curious, i) => {
      const later = level === 'L5' ? i : 0;
      const at = isWorking(curious, day + later) ? day + later : day;
      return { official: curious, person, day: at, when: whenOf(level) };
    });
    // Whoever must act on the news gets a case that day: lawful looks rise as well.
    const units = new Set(visits.map((v) => v.official.unit));
    const crisis = officials.filter((o) => !units.has(o.unit) && isWorking(o, day)).slice(0, 40);
    const prepare = () => {
      for (let i = 0; i < 2 && crisis.length > 0; i++)
        scene.caseload.open(random.pick(crisis), day, person, false);
    };
    return levelled(official, level, scene, { visits, note: 'a resident in the news', prepare });
  },
};

const dormantSubject: Script = {
  typology: 'dormant-subject',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const { officials, random, town, caseload, excluded } = scene;
    const on = occasions(official, level, scene, 2 + random.int(3));
    if (on.length === 0) return null;
    const looks = on.map((day) => ({ day, person: random.int(town.citizens) }));
    const visits = looks.map((look) => ({
      ...{ official, ...look, when: whenOf(level) },
      ...habits(level, random),
    }));
    const handlers = officials.filter((o) => o.unit !== official.unit && o.shape.touches > 1.5);
    if (handlers.length === 0) return null;
    const prepare = () => {
      for (const { person } of looks) {
        excluded.ofAll(person);
        const ended = town.startDay - 450 - random.int(500);
        caseload.writeEnded(random.pick(handlers), person, ended);
      }
    };
    return { visits, note: 'files that have lain still for years', prepare };
  },
};

const COVERS: Record<Level, Cover> = {
  L1: 'invented',
  L2: 'closed-case',
  L3: 'own-case',
  L4: 'own-case',
  L5: 'own-case',
};
const caseMismatch: Script = {
  typology: 'case-mismatch',
  levels: ['L1', 'L2', 'L4', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    if (official.shape.touches <= 1.5) return null;
    const on = level === 'L5' ? workdays(official, scene, 6, 7) : workdays(official, scene, 3);
    if (on.length < 3) return null;
    const visits = on.flatMap((day) =>
      residents(official, scene, level === 'L5' ? 1 : 2 + random.int(3)).map((person) => ({
        ...{ official, person, day, when: whenOf(level), isQuoted: true },
        ...{ cover: COVERS[level], system: 'zaaksysteem' },
      })),
    );
    return { visits, note: `quoted: ${COVERS[level].replace('-', ' ')} number` };
  },
};

export const SUBJECTS: readonly Script[] = [
  repeatedSubject,
  subjectBurst,
  dormantSubject,
  caseMismatch,
];
