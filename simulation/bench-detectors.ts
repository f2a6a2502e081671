// What all detectors together cost an event on one core, and what they remember: the same days through
// a lane with the catalogue and through one without. Processor time, so that a busy machine counts less.
import { serialize } from 'node:v8';
import { DETECTORS } from '../detectors/registry.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { totalBytes } from '../domain/state-chunk.ts';
import type { Token } from '../domain/token.ts';
import { createLane } from '../pipeline/lane.ts';
import { createRandom } from './random.ts';

const OFFICIALS = 200;
const DAYS = 100;
const PERSONS_A_DAY = 18;
const POPULATION = 50_000;
const FIRST_DAY = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const TARGET_US = 40;

// Brands are put on plain ids: nothing here is an identity that needs a key.
const token = (text: string): Token => text as Token;
const actor = (n: number): Token => token(`a.1.${String(n).padStart(22, '0')}`);
const subject = (n: number): Token => token(`s.1.${String(n).padStart(22, '0')}`);

const row = (official: Token) => ({
  ...{ actor: official, persons: [], unit: 'desk', role: 'clerk', manager: null },
  ...{ kind: 'person' as const, from: null, to: null },
});
/** Nine in ten persons have a case with everybody of the unit, so that one in ten lookups is unexplained. */
const reference: ReferenceData = {
  version: 'bench',
  delivered: {
    ...{ officials: true, persons: true, addresses: true, relations: true },
    ...{ caseload: true, watchlist: true, roster: true },
  },
  population: POPULATION,
  official: (official) => row(official),
  isKnownOfficial: () => true,
  ties: () => [],
  tieCount: () => 10,
  caseloadOf: (person) =>
    person.charCodeAt(person.length - 1) === 0x30
      ? []
      : [
          {
            ...{ caseRef: null, subject: person, kind: 'case' as const, actor: null },
            ...{ unit: 'desk', domain: 'tax', from: null, to: null },
          },
        ],
  mandatesOf: () => [],
  casesByRef: () => [],
  household: () => [],
  residents: () => [],
  watch: () => [],
  watchCount: () => 50,
  secrecy: () => 0,
  municipality: () => 'Voorbeeldstad',
  officialOfPerson: () => null,
  officialCount: () => OFFICIALS,
  unitActors: () => [],
  onLeave: () => false,
};

function* events(): Generator<AuditEvent> {
  const random = createRandom(7, 'bench');
  for (let day = 0; day < DAYS; day++) {
    if (day % 7 > 4) continue;
    const today: AuditEvent[] = [];
    for (let n = 0; n < OFFICIALS; n++)
      for (let i = 0; i < PERSONS_A_DAY; i++) {
        const at = FIRST_DAY + day * 24 * HOUR + (8 + random.int(9)) * HOUR + random.int(HOUR);
        const person = subject(random.int(POPULATION));
        for (const action of ['search', 'view'] as const)
          today.push({
            ...{ eventId: `${day}-${n}-${i}-${action}`, requestId: null, system: 'brp' },
            ...{ instance: '', sequence: null, action, outcome: 'success' as const },
            ...{ occurredAt: at + (action === 'view' ? 4_000 : 0), subject: person },
            actor: { token: actor(n), kind: 'person', unit: 'desk' },
            ...{ subjectMunicipality: '', object: null, queryKey: i % 3 === 0 ? 'name' : 'bsn' },
            ...{ resultCount: 1, fields: [], caseRef: null, emergency: false },
            ...{ host: token(`host-${n}`), session: null, isDateOnly: false },
          } as AuditEvent);
      }
    yield* today.sort((a, b) => a.occurredAt - b.occurredAt);
  }
}

function run(all: readonly AuditEvent[], detectors: typeof DETECTORS) {
  const lane = createLane({ reference, detectors });
  const before = process.cpuUsage();
  for (const [n, event] of all.entries()) {
    lane.observe(event);
    if (n % 20_000 === 0) lane.takeClosed();
  }
  lane.closeAll();
  lane.takeClosed();
  const { user, system } = process.cpuUsage(before);
  return { micros: (user + system) / all.length, lane };
}

const all = [...events()];
run(all.slice(0, 50_000), DETECTORS); // warms the compiler
const without = [1, 2, 3].map(() => run(all, []).micros).sort((a, b) => a - b)[1] ?? 0;
const runs = [1, 2, 3].map(() => run(all, DETECTORS)).sort((a, b) => a.micros - b.micros);
const whole = runs[1]?.micros ?? 0;
const detectors = whole - without;
const states = totalBytes(runs[0]?.lane.save() ?? []);
console.log(
  `${all.length} events: lane and explanation ${without.toFixed(1)} µs, all ${DETECTORS.length} detectors ${detectors.toFixed(1)} µs an event (target ${TARGET_US})`,
);
console.log(
  `snapshot of ${OFFICIALS} officials: ${(states / 1024 / OFFICIALS).toFixed(1)} kB an official, packed, persons included; raw ${serialize(all[0]).byteLength} B an event`,
);
if (detectors > TARGET_US) process.exitCode = 1;
