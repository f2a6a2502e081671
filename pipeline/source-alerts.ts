import { createHash } from 'node:crypto';
import { scoreOf, severityOf } from '../detectors/scoring/severity.ts';
import type { SourceSignal } from '../detectors/sources/source-detector.ts';
import type { Alert } from '../domain/alert.ts';
import { toIso } from '../domain/time.ts';
import type { AlertContext } from './to-alerts.ts';

/** Beyond this a hole is a hole: longer ones are not more certain. */
const MIN_P = 1e-6;

/** What is said about a log as an alert: no official, no person, outside the budget of either. */
export function toSourceAlert(signal: SourceSignal, { versions, render }: AlertContext): Alert {
  const { typology, system, instance, from, to, reason, eventIds } = signal;
  const score = scoreOf(-Math.log10(Math.max(signal.p, MIN_P)));
  // Several detectors may tell of one kind of trouble, and of the same hour.
  const kind = signal.detector === typology ? typology : `${typology}/${signal.detector}`;
  const id = createHash('sha256').update(`${kind}\0${system}\0${instance}\0${from}`).digest();
  return {
    alertId: `al-${id.toString('base64url', 0, 16)}`,
    typology,
    severity: severityOf(score, signal.floor),
    score,
    status: 'new',
    actor: null,
    subjects: [],
    firstEventAt: toIso(from),
    lastEventAt: toIso(to),
    openedAt: toIso(to),
    eventIds,
    eventCount: eventIds.length,
    explanation: 'cannot-judge',
    reasons: [
      {
        detector: reason.detector,
        code: reason.code,
        observed: reason.observed,
        expected: reason.expected,
        unit: reason.unit,
        comparedWith: reason.comparedWith,
        text: render(reason),
      },
    ],
    versions,
  };
}
