import type { Step } from './kin-path.ts';
import { overlap, subtract, toWindow, type Window } from './person-tie.ts';
import type { PersonRecord, RelationRecord } from './tables.ts';

/** One fact seen from one person. A stated sibling costs two steps, as the parent in between would. */
export type Edge = {
  steps: Step | 'UD';
  person: string;
  window: Window;
  /** End of the partnership of an `X` step. */
  endedAt: number | null;
};
/** Facts per person, cleaned, inverted and without duplicates. `dropped` counts impossible facts. */
export type KinGraph = { edges: Map<string, Edge[]>; dropped: number };

/**
 * More facts of one kind than this hang on a placeholder number ("unknown father"), not on a person.
 * The worst real entry of the RvIG test set has 16 parents.
 */
const MAX_FACTS = 40;

type FactKind = 'parent' | 'partner' | 'sibling';
type Fact = { kind: FactKind; a: string; b: string; windows: Window[] };

/**
 * Builds the graph of kin facts. A relation stated in one direction holds in both; the guards drop own
 * relatives, parents younger than their child, and pairs that are each other's parent.
 */
export function buildKinGraph(
  relations: readonly RelationRecord[],
  persons: readonly PersonRecord[],
): KinGraph {
  const births = new Map(persons.map((person) => [person.personId, person.birthDate]));
  const facts = new Map<string, Fact>();
  let dropped = 0;
  for (const row of relations) {
    if (row.relation === 'housemate') continue;
    if (row.personId === row.relatedPersonId) {
      dropped++;
      continue;
    }
    const fact = orient(row);
    const key = `${fact.kind}|${fact.a}|${fact.b}`;
    const known = facts.get(key);
    if (known === undefined) facts.set(key, fact);
    else known.windows.push(...fact.windows);
  }
  const edges = new Map<string, Edge[]>();
  for (const fact of facts.values()) {
    const { kind, a, b } = fact;
    const isImpossible =
      kind === 'parent' &&
      (facts.has(`parent|${b}|${a}`) || isYounger(births.get(b) ?? '', births.get(a) ?? ''));
    if (isImpossible) dropped++;
    else addFact(edges, kind, a, b, mergeWindows(fact.windows));
  }
  for (const [person, list] of edges) edges.set(person, withoutHubs(list));
  return { edges, dropped };
}

/** A parent fact runs from child to parent; symmetric facts from the smaller id to the larger. */
function orient(row: RelationRecord): Fact {
  const { personId: one, relatedPersonId: other, relation } = row;
  const windows = [toWindow(row)];
  if (relation === 'parent') return { kind: 'parent', a: one, b: other, windows };
  if (relation === 'child') return { kind: 'parent', a: other, b: one, windows };
  const kind = relation === 'partner' ? 'partner' : 'sibling';
  return one < other ? { kind, a: one, b: other, windows } : { kind, a: other, b: one, windows };
}

/** Born later, judged on the precision both dates share; unknown dates decide nothing. */
function isYounger(parent: string, child: string): boolean {
  const shared = Math.min(parent.length, child.length);
  if (shared === 0) return false;
  return parent.slice(0, shared) > child.slice(0, shared);
}

/**
 * Two registrations of one fact start on the same day, or one does not know its start: the earlier end
 * counts, since one side often misses it. Other starts are other periods.
 */
function mergeWindows(windows: Window[]): Window[] {
  const merged: Window[] = [];
  const sorted = [...windows].sort((x, y) => compare(x.from, y.from) || compare(x.to, y.to));
  const unknown = sorted.filter((window) => window.from === -Infinity);
  for (const window of sorted.filter((w) => w.from !== -Infinity)) {
    const last = merged.at(-1);
    if (last?.from === window.from) continue;
    // An end from before this start belongs to an earlier period.
    const twin = unknown.find((u) => u.to > window.from);
    merged.push(twin === undefined ? window : overlap(window, twin));
  }
  const first = merged[0];
  const earlier = unknown.filter((u) => first === undefined || u.to <= first.from);
  return [...earlier.slice(0, 1), ...merged];
}
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function addFact(
  edges: Map<string, Edge[]>,
  kind: FactKind,
  a: string,
  b: string,
  windows: Window[],
): void {
  const add = (person: string, edge: Edge): void => {
    const list = edges.get(person);
    if (list === undefined) edges.set(person, [edge]);
    else list.push(edge);
  };
  const both = (forth: Edge['steps'], back: Edge['steps'], w: Window, endedAt: number | null) => {
    add(a, { steps: forth, person: b, window: w, endedAt });
    add(b, { steps: back, person: a, window: w, endedAt });
  };
  for (const window of windows) {
    if (kind === 'parent') both('U', 'D', window, null);
    else if (kind === 'sibling') both('UD', 'UD', window, null);
    else {
      both('P', 'P', window, null);
      // After its end a partnership goes on as a tie, except while the two are together again.
      if (window.to === Infinity) continue;
      const after = { from: window.to, to: Infinity };
      const others = windows.filter((w) => w !== window);
      for (const piece of subtract(after, others)) both('X', 'X', piece, window.to);
    }
  }
}

function withoutHubs(list: Edge[]): Edge[] {
  if (list.length <= MAX_FACTS) return list;
  const counts = new Map<string, number>();
  for (const edge of list) counts.set(edge.steps, (counts.get(edge.steps) ?? 0) + 1);
  return list.filter((edge) => (counts.get(edge.steps) ?? 0) <= MAX_FACTS);
}
