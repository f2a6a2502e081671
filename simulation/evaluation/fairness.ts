// False alerts should not fall on some officials or residents more than on others.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse/sync';
import type { Interval } from './intervals.ts';
import { judge } from './matching.ts';
import type { NdjsonRow } from './ndjson.ts';
import { AlertLine, accept, TruthLine } from './rows.ts';

export type FairnessGroup = {
  /** role, contract, team, surname */
  dimension: string;
  group: string;
  falseAlerts: number;
  /** Official-days with work; for surnames: looks at persons of the band. */
  exposure: number;
  /** False alerts per 1,000 of the exposure. */
  rate: number;
  /** Rate over that of everybody else in the dimension; null when either is zero. */
  ratio: number | null;
  interval: Interval | null;
};
export type Fairness = { groups: FairnessGroup[] };

type Row = Record<string, string>;
const readCsv = (path: string): Row[] =>
  existsSync(path) ? parse(readFileSync(path), { columns: true, bom: true }) : [];

type Groups = { ofActor: Map<string, Record<string, string>>; bandOf: Map<string, string> };

/** Part-time is fewer than four shifts a week; a small team has fewer than six people. */
function readGroups(dir: string): Groups {
  const officials = readCsv(join(dir, 'officials.csv')).filter((row) => row['kind'] !== 'service');
  const unitSize = new Map<string, number>();
  for (const { unit = '' } of officials) unitSize.set(unit, (unitSize.get(unit) ?? 0) + 1);
  const weekdays = new Map<string, Set<number>>();
  for (const { actorId = '', kind, from = '' } of readCsv(join(dir, 'roster.csv'))) {
    if (kind !== 'shift') continue;
    const set = weekdays.get(actorId) ?? new Set<number>();
    weekdays.set(actorId, set.add(new Date(from).getUTCDay()));
  }
  const ofActor = new Map<string, Record<string, string>>();
  for (const { actorId = '', role = '', unit = '' } of officials)
    ofActor.set(actorId, {
      role,
      contract: (weekdays.get(actorId)?.size ?? 5) < 4 ? 'part-time' : 'full-time',
      team: (unitSize.get(unit) ?? 0) < 6 ? 'small' : 'large',
    });
  const persons = readCsv(join(dir, 'persons.csv'));
  const bearers = new Map<string, number>();
  for (const { surname = '' } of persons) bearers.set(surname, (bearers.get(surname) ?? 0) + 1);
  const bandOf = new Map<string, string>();
  for (const { personId = '', surname = '' } of persons) {
    const share = (bearers.get(surname) ?? 0) / persons.length;
    bandOf.set(personId, share < 0.0005 ? 'rare' : share < 0.005 ? 'middling' : 'frequent');
  }
  return { ofActor, bandOf };
}

type Seen = { actor: string; subject: string };

/** One pass over the events: who worked on which day, whom they looked at, whose alerts these are. */
async function readExposure(events: string, groups: Groups, wanted: ReadonlySet<string>) {
  const exposure = new Map<string, number>();
  const seen = new Map<string, Seen>();
  const officialDays = new Set<string>();
  const add = (key: string) => exposure.set(key, (exposure.get(key) ?? 0) + 1);
  for await (const line of createInterface({ input: createReadStream(events) })) {
    const event = JSON.parse(line);
    const actor: string | undefined = event.actor?.id;
    const subject: string = event.subject?.id ?? '';
    if (actor === undefined || event.actor.kind === 'system') continue;
    if (wanted.has(event.eventId)) seen.set(event.eventId, { actor, subject });
    const band = groups.bandOf.get(subject);
    if (band !== undefined) add(`surname\t${band}`);
    const day = `${actor}\t${event.occurredAt.slice(0, 10)}`;
    if (officialDays.has(day)) continue;
    officialDays.add(day);
    for (const [dimension, group] of Object.entries(groups.ofActor.get(actor) ?? {}))
      add(`${dimension}\t${group}`);
  }
  return { exposure, seen };
}

/** Rate ratio with its interval on the log scale. */
function compare(own: number, ownDays: number, rest: number, restDays: number) {
  if (own === 0 || rest === 0 || ownDays === 0 || restDays === 0)
    return { ratio: null, interval: null };
  const ratio = own / ownDays / (rest / restDays);
  const spread = Math.exp(1.96 * Math.sqrt(1 / own + 1 / rest));
  return { ratio, interval: { low: ratio / spread, high: ratio * spread } };
}

/**
 * Which groups carry the false alerts, against what they do. Joined by event id, without
 * a vault; of a longer list only the best `most` count.
 */
export async function measureFairness(
  truthRows: readonly NdjsonRow[],
  alertRows: readonly NdjsonRow[],
  eventsFile: string,
  referenceDir: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Fairness> {
  const alerts = judge(
    accept('truth', TruthLine, truthRows, []),
    accept('alerts', AlertLine, alertRows, []),
  )
    .slice(0, most)
    .filter(({ verdict }) => verdict === 'false')
    .map(({ alert }) => alert);
  const groups = readGroups(referenceDir);
  const wanted = new Set(alerts.flatMap((alert) => alert.eventIds));
  const { exposure, seen } = await readExposure(eventsFile, groups, wanted);
  const hits = new Map<string, number>();
  for (const { eventIds } of alerts) {
    const events = eventIds.flatMap((id) => seen.get(id) ?? []);
    const ofActor = groups.ofActor.get(events[0]?.actor ?? '') ?? {};
    const keys = new Set(
      Object.entries(ofActor).map(([dimension, group]) => `${dimension}\t${group}`),
    );
    for (const { subject } of events) {
      const band = groups.bandOf.get(subject);
      // An alert over many persons says nothing about the name of one.
      if (band !== undefined && new Set(events.map((e) => e.subject)).size <= 3)
        keys.add(`surname\t${band}`);
    }
    for (const key of keys) hits.set(key, (hits.get(key) ?? 0) + 1);
  }
  return { groups: toGroups(exposure, hits) };
}

export function toGroups(
  exposure: ReadonlyMap<string, number>,
  hits: ReadonlyMap<string, number>,
): FairnessGroup[] {
  return [...exposure.keys()].toSorted().map((key) => {
    const [dimension = '', group = ''] = key.split('\t');
    const others = [...exposure.keys()].filter(
      (other) => other !== key && other.startsWith(`${dimension}\t`),
    );
    const sum = (map: ReadonlyMap<string, number>) =>
      others.reduce((total, other) => total + (map.get(other) ?? 0), 0);
    const own = hits.get(key) ?? 0;
    const days = exposure.get(key) ?? 0;
    return {
      ...{ dimension, group, falseAlerts: own, exposure: days, rate: (own * 1_000) / days },
      ...compare(own, days, sum(hits), sum(exposure)),
    };
  });
}
