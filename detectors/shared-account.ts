// Two people on one account make the log useless as evidence, for and against everybody.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type Baseline, emptyBaseline, expectedToday, learn } from './kit/baseline.ts';
import { dayDraft, unremarkable, verdictOf } from './kit/drafts.ts';
import { hashPair } from './kit/hash.ts';
import { countP } from './kit/relation.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const twoPlaces = defineReason('shared-account', {
  code: 'changes-of-workstation',
  unit: 'changes',
  comparedWith: 'own-past',
  text: {
    nl: 'Dit account wisselde {observed} keer tussen {hosts} werkplekken, telkens binnen {within} minuten; {most} keer in een half uur (gewoonlijk: {expected} per dag[[; collega’s: {peers}]]).',
    en: 'This account changed {observed} times between {hosts} workstations, each within {within} minutes; {most} times in half an hour (usually {expected} a day[[; colleagues: {peers}]]).',
  },
});

const WITHIN_MINUTES = 5;
const HALF_HOUR_MS = 30 * 60_000;

/** Workstations of an account: hash and days on which it was used, the latest last. */
type Host = { host: number; days: number };
type State = { count: Baseline; hosts: Host[] };
const MAX_HOSTS = 8;
/** A workstation used on this many days is one of the official's own: desk, laptop, phone. */
const OWN_DAYS = 3;

const isOwn = (hosts: readonly Host[], host: Token): boolean => {
  const [hash] = hashPair(host);
  return hosts.some((h) => h.host === hash && h.days >= OWN_DAYS);
};

function learnHosts(state: State, events: readonly AuditEvent[]): void {
  for (const host of new Set(events.flatMap((e) => e.host ?? []))) {
    const [hash] = hashPair(host);
    const at = state.hosts.findIndex((h) => h.host === hash);
    const known = at < 0 ? { host: hash, days: 0 } : state.hosts.splice(at, 1)[0];
    state.hosts.push({ host: hash, days: Math.min(250, (known?.days ?? 0) + 1) });
    if (state.hosts.length > MAX_HOSTS) state.hosts.shift();
  }
}

/** Changes soon after the last event elsewhere, to or from a workstation that is not the own one. */
function changesOf(events: readonly AuditEvent[], hosts: readonly Host[]): AuditEvent[][] {
  const changes: AuditEvent[][] = [];
  let last: AuditEvent | null = null;
  for (const event of events) {
    if (event.host === null) continue;
    const isChange =
      last !== null &&
      last.host !== null &&
      last.host !== event.host &&
      !(isOwn(hosts, last.host) && isOwn(hosts, event.host)) &&
      event.occurredAt - last.occurredAt <= WITHIN_MINUTES * 60_000;
    if (isChange && last !== null) changes.push([last, event]);
    last = event;
  }
  return changes;
}

const timesOf = (changes: readonly AuditEvent[][]): number[] =>
  changes.map(([, event]) => event?.occurredAt ?? 0);

/** The largest number of changes within half an hour. */
function mostAtOnce(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [to, at] of times.entries()) {
    while (at - (times[from] ?? at) > HALF_HOUR_MS) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function inOrder(day: ActorDay): AuditEvent[] {
  const events = [...day.lookups, ...day.refused].map((l) => l.event);
  return [...events, ...day.others]
    .filter((e) => !e.isDateOnly)
    .sort((a, b) => a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : 1));
}

export const sharedAccount = defineDetector({
  meta: {
    id: 'shared-account',
    version: 1,
    title: 'One account, two places',
    description: 'Detects an account that works at two workstations at the same time.',
    typologies: ['shared-account'],
    maturity: 'stable',
    dataUsed: ['audit events with their workstation'],
    falsePositives: ['terminal servers, kiosks, a phone beside the desk'],
    knownGaps: ['sources without a workstation', 'two people at one workstation'],
    runbook: ['Ask the official first: the account may be used by somebody else.'],
  },
  config: z.strictObject({
    minChanges: z.int().min(2).default(3), // docs/detection.md 2.2, in half an hour
    /** Officials who change more often work through a remote desktop. */
    maxUsual: z.number().positive().default(1),
    minDaysKnown: z.int().min(0).default(10),
  }),
  reasons: [twoPlaces.template],
  start: (): State => ({ count: emptyBaseline(), hosts: [] }),
  observeDay(day, state, { config }) {
    const events = inOrder(day);
    if (events.every((e) => e.host === null)) return [];
    const changes = changesOf(events, state.hosts);
    learnHosts(state, events);
    const usual = expectedToday(state.count, { mu: 0.1, phi: 2 }, 0.05);
    const p = fromLn(lnTail(changes.length, usual.mu, usual.phi));
    const isKnown = state.count.days >= config.minDaysKnown;
    learn(state.count, changes.length, usual);
    if (changes.length === 0) return unremarkable('shared-account');
    const most = mostAtOnce(timesOf(changes));
    const involved = [...new Set(changes.flat())];
    const reason = twoPlaces(changes.length, usual.mu, {
      hosts: new Set(involved.map((e) => e.host)).size,
      within: WITHIN_MINUTES,
      most,
    });
    const ids = new Set(involved.map((e) => e.eventId));
    const verdict = verdictOf(day.lookups.filter((l) => ids.has(l.event.eventId)));
    const score = dayDraft('shared-account', 'score', p, reason, involved, verdict);
    // A laptop beside a desk looks the same until the habits of the official are known.
    if (!isKnown || most < config.minChanges || usual.mu > config.maxUsual) return [score];
    const rule = dayDraft('shared-account', 'rule', countP(p), reason, involved, verdict, 'low');
    return [rule, score];
  },
});
