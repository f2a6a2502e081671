import { createHash } from 'node:crypto';
import type { Episode } from '../detectors/scoring/episodes.ts';
import { severityOf } from '../detectors/scoring/severity.ts';
import type { Alert, AlertReason } from '../domain/alert.ts';
import type { Reason, Signal } from '../domain/signal.ts';
import { startOfDay, toIso } from '../domain/time.ts';

const MAX_EVENT_IDS = 1000;
const MAX_SUBJECTS = 100;
const MAX_REASONS = 10;

/** Id of an alert: derived from typology, official (or person) and first day, so a replay updates it. */
export const alertIdOf = (episode: Pick<Episode, 'typology' | 'entity' | 'firstDay'>): string =>
  `al-${createHash('sha256')
    .update(`${episode.typology}\0${episode.entity}\0${episode.firstDay}`)
    .digest()
    .toString('base64url', 0, 16)}`;

export type AlertContext = {
  versions: Alert['versions'];
  render(reason: Reason): { nl: string; en: string };
};

/** An episode as the officer sees it: tokens only, sentences and numbers, strongest reason first. */
export function toAlert(episode: Episode, { versions, render }: AlertContext): Alert {
  const { signals } = episode;
  const [head] = signals;
  if (head === undefined) throw new RangeError('an episode without signals');
  const eventIds = [...new Set(signals.flatMap((s) => s.eventIds))];
  const subjects = [
    ...new Set(signals.filter((s) => s.kind === head.kind).flatMap((s) => s.subjects)),
  ];
  const opened = head.kind === 'rule' ? firstSeen(signals) : startOfDay(episode.lastDay + 1);
  return {
    alertId: alertIdOf(episode),
    typology: episode.typology,
    severity: severityOf(episode.score, episode.floor),
    score: episode.score,
    status: 'new',
    actor: episode.actor === null ? null : { token: episode.actor },
    subjects: subjects.slice(0, MAX_SUBJECTS).map((token) => ({ token })),
    firstEventAt: toIso(Math.min(...signals.map((s) => s.firstEventAt))),
    lastEventAt: toIso(Math.max(...signals.map((s) => s.lastEventAt))),
    openedAt: toIso(opened),
    eventIds: eventIds.slice(0, MAX_EVENT_IDS),
    eventCount: eventIds.length,
    explanation: verdictOf(signals),
    reasons: reasonsOf(signals, render),
    versions,
  };
}

/** A rule speaks at the first lookup that meets it. */
const firstSeen = (signals: readonly Signal[]): number =>
  Math.min(...signals.filter((s) => s.kind === 'rule').map((s) => s.lastEventAt));

function verdictOf(signals: readonly Signal[]): Alert['explanation'] {
  for (const verdict of ['unexplained', 'cannot-judge', 'explained-later'] as const)
    if (signals.some((s) => s.verdict === verdict)) return verdict;
  return 'explained';
}

/** One reason per detector and person: in a series the one with the highest count stands for all. */
function reasonsOf(signals: readonly Signal[], render: AlertContext['render']): AlertReason[] {
  const kept = new Map<string, Reason>();
  for (const signal of signals)
    for (const reason of signal.reasons) {
      const key = `${reason.detector}\0${reason.code}\0${signal.subject ?? ''}`;
      const known = kept.get(key);
      if (known === undefined || reason.observed > known.observed) kept.set(key, reason);
    }
  return [...kept.values()].slice(0, MAX_REASONS).map((reason) => ({
    detector: reason.detector,
    code: reason.code,
    observed: reason.observed,
    expected: reason.expected,
    unit: reason.unit,
    comparedWith: reason.comparedWith,
    text: render(reason),
  }));
}
