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
  /**
   * Persons opened on a day on whom neither the official nor the unit had a row then, which is what alerts
   * are about; and the rate of false alerts per such person over that of all others. Null for surnames.
   */
  withoutRow: number | null;
  ratioWithoutRow: number | null;
};
export type Fairness = { groups: FairnessGroup[] };

type Row = Record<string, string>;
const readCsv = (path: string): Row[] =>
  existsSync(path) ? parse(readFileSync(path), { columns: true, bom: true }) : [];

type Work = { actorId: string; unit: string; from: number; to: number };
type Groups = {
  ofActor: Map<string, Record<string, string>>;
  unitOf: Map<string, string>;
  bandOf: Map<string, string>;
  workOf: Map<string, Work[]>;
};

const DAY_MS = 86_400_000;
/** A row counts a week before it begins and after it ends, as in the product. */
const GRACE_MS = 7 * DAY_MS;

/** Rows of the caseload by person. */
function readWork(dir: string): Map<string, Work[]> {
  const workOf = new Map<string, Work[]>();
  for (const row of readCsv(join(dir, 'caseload.csv'))) {
    const { personId = '', actorId = '', unit = '', validFrom = '', validTo = '' } = row;
    const from = validFrom === '' ? Number.NEGATIVE_INFINITY : Date.parse(validFrom) - GRACE_MS;
    const to = validTo === '' ? Number.POSITIVE_INFINITY : Date.parse(validTo) + GRACE_MS + DAY_MS;
    const rows = workOf.get(personId);
    if (rows === undefined) workOf.set(personId, [{ actorId, unit, from, to }]);
    else rows.push({ actorId, unit, from, to });
  }
  return workOf;
}

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
  const unitOf = new Map<string, string>();
  for (const { actorId = '', role = '', unit = '' } of officials) {
    unitOf.set(actorId, unit);
    ofActor.set(actorId, {
      role,
      contract: (weekdays.get(actorId)?.size ?? 5) < 4 ? 'part-time' : 'full-time',
      team: (unitSize.get(unit) ?? 0) < 6 ? 'small' : 'large',
    });
  }
  const persons = readCsv(join(dir, 'persons.csv'));
  const bearers = new Map<string, number>();
  for (const { surname = '' } of persons) bearers.set(surname, (bearers.get(surname) ?? 0) + 1);
  const bandOf = new Map<string, string>();
  for (const { personId = '', surname = '' } of persons) {
    const share = (bearers.get(surname) ?? 0) / persons.length;
    bandOf.set(personId, share < 0.0005 ? 'rare' : share < 0.005 ? 'middling' : 'frequent');
  }
  return { ofActor, unitOf, bandOf, workOf: readWork(dir) };
}

type Seen = { actor: string; subject: string };

/** One pass over the events: who worked on which day, whom they looked at, whose alerts these are. */
async function readExposure(events: string, groups: Groups, wanted: ReadonlySet<string>) {
  const exposure = new Map<string, number>();
  const seen = new Map<string, Seen>();
  const withoutRow = new Map<string, number>();
  const officialDays = new Set<string>();
  const opened = new Set<string>();
  const add = (key: string, to = exposure) => to.set(key, (to.get(key) ?? 0) + 1);
  for await (const line of createInterface({ input: createReadStream(events) })) {
    const event = JSON.parse(line);
    const actor: string | undefined = event.actor?.id;
    const subject: string = event.subject?.id ?? '';
    if (actor === undefined || event.actor.kind === 'system') continue;
    if (wanted.has(event.eventId)) seen.set(event.eventId, { actor, subject });
    const band = groups.bandOf.get(subject);
    if (band !== undefined) add(`surname\t${band}`);
    const day = `${actor}\t${event.occurredAt.slice(0, 10)}`;
    const ofActor = Object.entries(groups.ofActor.get(actor) ?? {});
    const person = `${day}\t${subject}`;
    if (subject !== '' && !opened.has(person)) {
      opened.add(person);
      const [at, unit] = [Date.parse(event.occurredAt), groups.unitOf.get(actor)];
      const hasRow = groups.workOf
        .get(subject)
        ?.some((w) => (w.actorId === actor || w.unit === unit) && w.from <= at && at < w.to);
      if (!hasRow)
        for (const [dimension, group] of ofActor) add(`${dimension}\t${group}`, withoutRow);
    }
    if (officialDays.has(day)) continue;
    officialDays.add(day);
    for (const [dimension, group] of ofActor) add(`${dimension}\t${group}`);
  }
  return { exposure, withoutRow, seen };
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
  const { exposure, withoutRow, seen } = await readExposure(eventsFile, groups, wanted);
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
  return { groups: toGroups(exposure, hits, withoutRow) };
}

export function toGroups(
  exposure: ReadonlyMap<string, number>,
  hits: ReadonlyMap<string, number>,
  withoutRow: ReadonlyMap<string, number>,
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
      withoutRow: dimension === 'surname' ? null : (withoutRow.get(key) ?? 0),
      ratioWithoutRow: compare(own, withoutRow.get(key) ?? 0, sum(hits), sum(withoutRow)).ratio,
    };
  });
}

/** The most that one group may have of the false alerts of all others without an explanation. */
const LIMIT = 1.25;

/**
 * Why roles have more false alerts than others, in words: how many persons they open without a row, and what
 * is left per such person. A role that meets strangers all day has more of whatever strangers set off.
 */
export function explainRoles(groups: readonly FairnessGroup[]): string[] {
  const roles = groups.filter((g) => g.dimension === 'role');
  return roles.flatMap((g) => {
    if (g.ratio === null || g.ratio <= LIMIT || g.withoutRow === null) return [];
    const others = roles.filter((other) => other !== g);
    const sum = (read: (other: FairnessGroup) => number) =>
      others.reduce((total, other) => total + read(other), 0);
    const [own, rest] = [
      g.withoutRow / g.exposure,
      sum((other) => other.withoutRow ?? 0) / sum((other) => other.exposure),
    ];
    const left = g.ratioWithoutRow;
    const perPerson =
      left === null ? '' : `; per such person it has ${left.toFixed(2)} times theirs`;
    const verdict =
      left !== null && left <= LIMIT
        ? 'the work explains it'
        : (g.interval?.low ?? 0) <= LIMIT
          ? `${g.falseAlerts} alerts are too few to tell it from ${LIMIT}`
          : 'the work explains a part of it at most';
    return [
      `${g.group} has ${g.ratio.toFixed(2)} times the false alerts of the others per official-day. It opens ${own.toFixed(1)} persons a day on whom neither the official nor the unit has a row, the others ${rest.toFixed(1)}${perPerson}: ${verdict}.`,
    ];
  });
}
