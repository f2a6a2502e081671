import {
  bsnOf,
  type Entry,
  earliest,
  isMistake,
  latest,
  type PersonList,
  rubric,
  things,
  validEntries,
} from './brp-lists.ts';

type Period = { from: string; to: string };

/** Rows of relations.csv: every fact both ways, parents and partners only. */
export function relationRows(lists: readonly PersonList[]): string[][] {
  const current = currentIds(lists);
  const parents = new Map<string, Map<string, Period>>();
  for (const list of lists) parents.set(list.personId, parentsOf(list, current));
  const unions = new Map<string, { a: string; b: string; periods: Period[] }>();
  for (const list of lists) {
    addChildren(list, parents, current);
    addUnions(list, unions, current);
  }
  const rows: string[][] = [];
  for (const [child, found] of parents)
    for (const [parent, { from, to }] of found)
      rows.push([child, parent, 'parent', from, to], [parent, child, 'child', from, to]);
  for (const { a, b, periods } of unions.values())
    for (const { from, to } of periods)
      rows.push([a, b, 'partner', from, to], [b, a, 'partner', from, to]);
  return rows;
}

/** Reads the person an entry points at; an earlier BSN leads to the list that carries it no longer. */
function currentIds(lists: readonly PersonList[]): (entry: Entry | undefined) => string {
  const known = new Set(lists.map((list) => list.personId));
  const earlier = new Map<string, string>();
  for (const list of lists)
    for (const entry of (list.entries.get('01') ?? []).slice(1))
      if (bsnOf(entry) !== '' && bsnOf(entry) !== list.personId)
        earlier.set(bsnOf(entry), list.personId);
  return (entry) => {
    const bsn = bsnOf(entry);
    return known.has(bsn) ? bsn : (earlier.get(bsn) ?? bsn);
  };
}

type CurrentId = ReturnType<typeof currentIds>;

/** Categories 02 and 03: the newest entry is the parent now, others are former legal parents. */
function parentsOf(list: PersonList, current: CurrentId): Map<string, Period> {
  const found = new Map<string, Period>();
  for (const category of ['02', '03']) {
    const [now, ...former] = validEntries(list, category);
    const parent = current(now);
    if (parent !== '') found.set(parent, { from: earliest(rubric(now, '62.10')), to: '' });
    for (const entry of former) {
      const other = current(entry);
      if (other === '' || other === parent || found.has(other)) continue;
      found.set(other, {
        from: earliest(rubric(entry, '62.10')),
        to: latest(rubric(now, '62.10')) || latest(rubric(now, '85.10')),
      });
    }
  }
  return found;
}

/** Category 09 adds the children whose own list does not name this parent, and starts that lack. */
function addChildren(
  list: PersonList,
  parents: Map<string, Map<string, Period>>,
  current: CurrentId,
): void {
  for (const thing of things(list, '09')) {
    const entry = thing.find((e) => !isMistake(e) && bsnOf(e) !== '');
    if (entry === undefined) continue;
    const child = current(entry);
    const birth = earliest(rubric(entry, '03.10'));
    const found = parents.get(child) ?? new Map<string, Period>();
    parents.set(child, found);
    const fact = found.get(list.personId);
    if (fact === undefined) found.set(list.personId, { from: birth, to: '' });
    else fact.from ||= birth;
  }
}

/** Category 05; the lists of both partners tell of one union, and the earlier end counts. */
function addUnions(
  list: PersonList,
  unions: Map<string, { a: string; b: string; periods: Period[] }>,
  current: CurrentId,
): void {
  for (const thing of things(list, '05')) {
    const entries = thing.filter((entry) => !isMistake(entry));
    const other = current(entries.find((entry) => bsnOf(entry) !== ''));
    // One person of the set is registered as their own partner.
    if (other === '' || other === list.personId) continue;
    const from = entries.map((entry) => earliest(rubric(entry, '06.10'))).find(Boolean) ?? '';
    const to = latest(rubric(entries[0], '07.10'));
    const [a, b] = list.personId < other ? [list.personId, other] : [other, list.personId];
    const union = unions.get(`${a}|${b}`) ?? { a, b, periods: [] };
    unions.set(`${a}|${b}`, union);
    const same = union.periods.find((p) => p.from === from || p.from === '' || from === '');
    if (same === undefined) {
      union.periods.push({ from, to });
      continue;
    }
    same.from ||= from;
    same.to = [same.to, to].filter((end) => end !== '').sort()[0] ?? '';
  }
}
