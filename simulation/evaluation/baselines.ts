// What simple methods reach on the same town: the product has to be worth its while.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse/sync';
import { lnTail } from '../../detectors/kit/statistics.ts';
import type { NdjsonRow } from './ndjson.ts';

export const BASELINES = ['random', 'poisson volume', 'rules only', 'event novelty'] as const;
export type Baseline = (typeof BASELINES)[number];

/** An official's day as a baseline sees it: its unit of alarm. */
type ActorDay = {
  actor: string;
  lastAt: string;
  eventIds: string[];
  subjects: Set<string>;
  /** Relatives and listed persons among the subjects, by the plainest rule. */
  ruleHits: number;
  /** Sum over events of the surprise of its system, action and hour for this official. */
  novelty: number;
};

type Row = Record<string, string>;
const readCsv = (path: string): Row[] =>
  existsSync(path) ? parse(readFileSync(path), { columns: true, bom: true }) : [];

/** Who is a parent, child or (former) partner of whose account, and who is on the list. */
function readRules(dir: string): (actor: string, subject: string) => boolean {
  const kin = new Map<string, Set<string>>();
  const link = (a: string, b: string) => kin.set(a, (kin.get(a) ?? new Set<string>()).add(b));
  for (const { personId = '', relatedPersonId = '' } of readCsv(join(dir, 'relations.csv'))) {
    link(personId, relatedPersonId);
    link(relatedPersonId, personId);
  }
  const personOf = new Map(
    readCsv(join(dir, 'officials.csv')).map((row) => [row['actorId'] ?? '', row['personId'] ?? '']),
  );
  const listed = new Set(readCsv(join(dir, 'watchlist.csv')).map((row) => row['personId'] ?? ''));
  return (actor, subject) => {
    const self = personOf.get(actor) ?? '';
    return listed.has(subject) || subject === self || (kin.get(self)?.has(subject) ?? false);
  };
}

async function readDays(events: string, reference: string): Promise<ActorDay[]> {
  const isRuled = readRules(reference);
  const days = new Map<string, ActorDay>();
  const seen = new Map<string, { total: number; of: Map<string, number> }>();
  for await (const line of createInterface({ input: createReadStream(events) })) {
    const event = JSON.parse(line);
    const actor: string | undefined = event.actor?.id;
    if (actor === undefined || event.actor.kind === 'system') continue;
    const at: string = event.occurredAt;
    const key = `${actor}\t${at.slice(0, 10)}`;
    const day = days.get(key) ?? {
      ...{ actor, lastAt: at, eventIds: [], subjects: new Set<string>(), ruleHits: 0, novelty: 0 },
    };
    days.set(key, day);
    day.lastAt = at;
    day.eventIds.push(event.eventId);
    const kind = `${event.source.system} ${event.action} ${at.slice(11, 13)}`;
    const past = seen.get(actor) ?? { total: 0, of: new Map<string, number>() };
    seen.set(actor, past);
    const before = past.of.get(kind) ?? 0;
    day.novelty = Math.max(day.novelty, -Math.log2((before + 0.1) / (past.total + 20)));
    past.of.set(kind, before + 1);
    past.total++;
    const subject: string | undefined = event.subject?.id;
    if (subject === undefined || day.subjects.has(subject)) continue;
    day.subjects.add(subject);
    if (isRuled(actor, subject)) day.ruleHits++;
  }
  return [...days.values()];
}

/** Surprise of the number of persons under a Poisson of the mean of the days before. */
function poissonScores(days: readonly ActorDay[]): number[] {
  const past = new Map<string, { sum: number; count: number }>();
  return days.map(({ actor, subjects }) => {
    const before = past.get(actor) ?? { sum: 0, count: 0 };
    past.set(actor, { sum: before.sum + subjects.size, count: before.count + 1 });
    if (before.count < 5) return 0;
    return -lnTail(subjects.size, Math.max(0.3, before.sum / before.count), 0);
  });
}

const uniform = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

/** The alarms of every baseline in the form of alerts, at most `most` each, best first. */
export async function baselineAlerts(
  events: string,
  reference: string,
  most: number,
): Promise<Record<Baseline, NdjsonRow[]>> {
  const days = await readDays(events, reference);
  const volume = poissonScores(days);
  const chance = days.map(({ actor, lastAt }) => uniform(`${actor} ${lastAt}`));
  const rank = (scoreOf: (day: ActorDay, at: number) => number): NdjsonRow[] =>
    days
      .map((day, at) => ({ day, score: scoreOf(day, at), tie: chance[at] ?? 0 }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || b.tie - a.tie)
      .slice(0, most)
      .map(({ day, score }, at) => ({
        line: at + 1,
        value: {
          ...{ alertId: String(at).padStart(8, '0'), typology: 'none', score },
          ...{ openedAt: day.lastAt, eventIds: day.eventIds },
        },
      }));
  return {
    random: rank((_, at) => chance[at] ?? 0),
    'poisson volume': rank((_, at) => volume[at] ?? 0),
    'rules only': rank((day) => day.ruleHits),
    'event novelty': rank((day) => day.novelty),
  };
}
