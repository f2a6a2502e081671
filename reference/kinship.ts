import { buildKinGraph, type Edge, type KinGraph } from './kin-graph.ts';
import { kinPath } from './kin-path.ts';
import { overlap, type PersonTie, subtract, toValidity, type Window } from './person-tie.ts';
import type { PersonRecord, RelationRecord } from './tables.ts';

export const MAX_DEGREE = 3;

type Candidate = {
  steps: string;
  window: Window;
  endedAt: number | null;
  isMarriage: boolean;
  path: { nl: string; en: string };
};

/**
 * Kin of one person to degree 3. A pair has one tie at any time: the shortest path, blood before
 * marriage, current before ended; when a step stops being valid the next best path takes its place.
 */
export function kinOf(graph: KinGraph, person: string): PersonTie[] {
  const found = new Map<string, Candidate[]>();
  const walk = (
    at: string,
    steps: string,
    window: Window,
    endedAt: number | null,
    trail: string[],
  ): void => {
    for (const edge of graph.edges.get(at) ?? []) {
      const longer = steps + edge.steps;
      // Never back over one's own trail: a parent's child is a sibling only if it is somebody else.
      if (longer.length > MAX_DEGREE || trail.includes(edge.person)) continue;
      const path = kinPath(longer);
      const shared = overlap(window, edge.window);
      if (path === null || shared.from >= shared.to) continue;
      const ended = edge.endedAt ?? endedAt;
      collect(found, edge, {
        steps: longer,
        window: shared,
        endedAt: ended,
        // The other parent of a child is kin through the child only: it ranks with marriage.
        isMarriage: /[PX]|DU/.test(longer),
        path,
      });
      walk(edge.person, longer, shared, ended, [...trail, edge.person]);
    }
  };
  walk(person, '', { from: -Infinity, to: Infinity }, null, [person]);
  return [...found].flatMap(([relative, candidates]) => resolve(relative, candidates));
}

/**
 * The closure for a set of persons; see `kinOf`. Facts further than three steps away from all of them
 * are left out first: a register holds far more people than the kin of its officials.
 */
export function kinClosure(
  relations: readonly RelationRecord[],
  persons: readonly PersonRecord[],
  of: Iterable<string>,
): Map<string, PersonTie[]> {
  const wanted = new Set(of);
  const near = new Set(wanted);
  for (let degree = 0; degree < MAX_DEGREE; degree++) {
    const found: string[] = [];
    for (const { personId, relatedPersonId, relation } of relations) {
      if (relation === 'housemate') continue;
      if (near.has(personId)) found.push(relatedPersonId);
      else if (near.has(relatedPersonId)) found.push(personId);
    }
    for (const person of found) near.add(person);
  }
  const graph = buildKinGraph(
    relations.filter((row) => near.has(row.personId) && near.has(row.relatedPersonId)),
    persons.filter((person) => near.has(person.personId)),
  );
  return new Map([...wanted].map((person) => [person, kinOf(graph, person)]));
}

function collect(found: Map<string, Candidate[]>, edge: Edge, candidate: Candidate): void {
  const list = found.get(edge.person);
  if (list === undefined) found.set(edge.person, [candidate]);
  else list.push(candidate);
}

function resolve(relative: string, candidates: Candidate[]): PersonTie[] {
  const taken: Window[] = [];
  const ties: PersonTie[] = [];
  for (const { steps, window, endedAt, path } of candidates.sort(byPreference)) {
    const pieces = subtract(window, taken);
    taken.push(...pieces);
    for (const piece of pieces) {
      ties.push({
        ...toValidity(piece),
        relative,
        kind: steps === 'X' ? 'ex-partner' : 'relative',
        degree: steps.length,
        path,
        endedAt,
      });
    }
  }
  return ties;
}

/** The last keys have no meaning of their own: they make the choice independent of row order. */
function byPreference(a: Candidate, b: Candidate): number {
  return (
    a.steps.length - b.steps.length ||
    Number(a.isMarriage) - Number(b.isMarriage) ||
    Number(a.endedAt !== null) - Number(b.endedAt !== null) ||
    (b.endedAt ?? 0) - (a.endedAt ?? 0) ||
    (a.steps < b.steps ? -1 : a.steps > b.steps ? 1 : 0) ||
    (a.window.from === b.window.from ? 0 : a.window.from - b.window.from) ||
    (a.window.to === b.window.to ? 0 : a.window.to - b.window.to)
  );
}
