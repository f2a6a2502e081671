// Who has a case has a number. Wildcards, names with many answers or none, and searches after which
// nothing is opened are how somebody is found whom one knows from elsewhere.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, unremarkable, verdictOf } from './kit/drafts.ts';
import { isCleared } from './kit/judge.ts';
import { addShare, emptyShare } from './kit/share.ts';

const fishing = defineReason('search-fishing', {
  code: 'open-searches',
  unit: 'percent',
  comparedWith: 'role',
  text: {
    nl: '{observed}% van de {total} zoekvragen van deze medewerker was die dag niet gericht: {wildcards} met jokerteken, {many} met veel treffers, {none} zonder treffer, {unread} waarna niets werd geopend (gewoonlijk: {expected}%[[; collega’s: {peers}%]]); {count} in een week.',
    en: '{observed}% of the {total} searches of this official that day were not specific: {wildcards} by wildcard, {many} with many answers, {none} without an answer, {unread} after which nothing was opened (usually {expected}%[[; colleagues: {peers}%]]); {count} in a week.',
  },
});

/** A record opened within this time was what the search was for. */
const READ_WITHIN_MS = 10 * 60_000;

type Kind = 'wildcards' | 'many' | 'none' | 'unread';

function kindOf(event: AuditEvent, opened: readonly number[], manyResults: number): Kind | null {
  if (event.queryKey === 'wildcard') return 'wildcards';
  if (event.queryKey === 'bsn') return null;
  if (event.resultCount === 0) return 'none';
  if (event.resultCount !== null && event.resultCount >= manyResults) return 'many';
  const isRead = opened.some(
    (at) => at >= event.occurredAt && at - event.occurredAt <= READ_WITHIN_MS,
  );
  return isRead ? null : 'unread';
}

function searchesOf(day: ActorDay): AuditEvent[] {
  // A search that led to explained work was a way to find it, whatever it looked like.
  const named = day.lookups.filter(
    (l) => l.event.action === 'search' && !isCleared(l.explanation, 'medium'),
  );
  const nameless = day.others.filter((e) => e.action === 'search' && e.outcome !== 'denied');
  return [...named.map((l) => l.event), ...nameless];
}

export const searchFishing = defineDetector({
  meta: {
    id: 'search-fishing',
    version: 1,
    title: 'Searches at random',
    description:
      'Scores searches by wildcard or name that give nothing, too much, or are not read.',
    typologies: ['search-fishing'],
    maturity: 'stable',
    dataUsed: ['audit events with search key and number of answers'],
    falsePositives: ['counter work with people who have no papers', 'a slow or broken system'],
    knownGaps: ['systems that do not log the search key or the number of answers'],
    runbook: ['Read the searches in order: do they circle around one name or street?'],
  },
  config: z.strictObject({
    prior: z.number().min(0.001).max(0.9).default(0.12),
    halfLifeDays: z.number().positive().default(3),
    manyResults: z.int().min(2).default(20), // docs/detection.md 2.2
  }),
  reasons: [fishing.template],
  start: emptyShare,
  observeDay(day, state, { config }) {
    const all =
      day.lookups.filter((l) => l.event.action === 'search').length +
      day.others.filter((e) => e.action === 'search').length;
    if (day.lookups.length === 0 && all === 0) return [];
    const opened = day.lookups
      .filter((l) => l.event.action !== 'search')
      .map((l) => l.event.occurredAt);
    const counts: Record<Kind, number> = { wildcards: 0, many: 0, none: 0, unread: 0 };
    const events: AuditEvent[] = [];
    for (const event of searchesOf(day)) {
      const kind = kindOf(event, opened, config.manyResults);
      if (kind === null) continue;
      counts[kind]++;
      events.push(event);
    }
    const k = events.length;
    const found = addShare(state, day.day, k, all, {
      prior: config.prior,
      halfLife: config.halfLifeDays,
    });
    if (k === 0) return unremarkable('search-fishing');
    const reason = fishing((100 * k) / all, 100 * found.usual, {
      total: all,
      count: found.k,
      ...counts,
    });
    const ids = new Set(events.map((e) => e.eventId));
    const named = day.lookups.filter((l) => ids.has(l.event.eventId));
    const verdict = named.length === 0 ? 'cannot-judge' : verdictOf(named);
    return [dayDraft('search-fishing', 'score', found.p, reason, events, verdict)];
  },
});
