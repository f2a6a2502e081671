import { z } from 'zod';
import { type Detector, defineDetector, defineSubjectDetector } from '../../detectors/detector.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import type { AuditEvent } from '../../domain/event.ts';
import type { CaseloadRow } from '../../domain/reference.ts';
import type { RawSignal, SignalDraft } from '../../domain/signal.ts';
import { DAY_MS } from '../../domain/time.ts';
import { type ClosedDay, createLane, type Lane, type LaneOptions } from '../../pipeline/lane.ts';
import { aLookup, aReference, instant, token } from './lookups.ts';

export const START = instant('Mon 08:00');
/** Officials a0…, persons s0…; one time step is 37 minutes, so that days and nights are crossed. */
export const anEvent = (n: number, fields: Partial<AuditEvent> = {}): AuditEvent => ({
  ...aLookup({ eventId: `e${n}` }).event,
  occurredAt: START + n * 37 * 60_000,
  actor: { token: token(`a${n % 5}`), kind: 'person', unit: 'desk' },
  subject: token(`s${(n * 7) % 11}`),
  action: n % 3 === 0 ? 'search' : 'view',
  queryKey: n % 2 === 0 ? 'bsn' : 'name',
  outcome: n % 13 === 0 ? 'denied' : 'success',
  ...fields,
});

/** Some pairs have an own case, s3 is on a list: every template and several rules have work to do. */
export const reference = {
  ...aReference({ watchlist: { s3: ['celebrity'] }, secrecy: { s4: 4 } }),
  caseloadOf: (subject: string): CaseloadRow[] =>
    ['s1', 's5', 's6'].includes(subject)
      ? [
          {
            caseRef: null,
            subject: token(subject),
            kind: 'case',
            actor: token('a1'),
            unit: 'other',
            domain: 'wmo',
            from: START,
            to: START + 3 * DAY_MS,
          },
        ]
      : [],
};

export const draft = (
  typology: SignalDraft['typology'],
  fields: Partial<SignalDraft>,
): SignalDraft => ({
  typology,
  kind: 'rule',
  p: 0.01,
  floor: 'low',
  subject: null,
  reasons: [],
  eventIds: [],
  verdict: 'unexplained',
  ...fields,
});
export const meta = (id: string, version = 1) => ({
  id,
  version,
  title: id,
  description: id,
  typologies: [],
  maturity: 'experimental' as const,
  dataUsed: [],
  falsePositives: [],
  knownGaps: [],
  runbook: [],
});
export const noSettings = z.strictObject({});

/** Remembers everything it was shown, so that any difference between two runs comes out. */
export const diary = (version = 1) =>
  defineDetector({
    meta: meta('diary', version),
    config: noSettings,
    reasons: [],
    start: () => ({ days: 0, seen: new Map<string, number>() }),
    observeDay(day, state) {
      state.days++;
      for (const l of [...day.lookups, ...day.refused])
        state.seen.set(l.subject, (state.seen.get(l.subject) ?? 0) + 1);
      const events = [...day.lookups, ...day.refused].map((l) => l.event).concat(day.others);
      return [
        draft('no-case', {
          kind: 'score',
          p: 0.4 / state.days,
          eventIds: events.map((e) => e.eventId),
          reasons: [
            {
              detector: 'diary',
              code: 'seen',
              observed: state.days,
              expected: null,
              unit: 'days',
              comparedWith: 'nothing',
              params: {
                seen: [...state.seen].join(),
                verdicts: day.lookups.map((l) => l.explanation.because.join() || '-').join(' '),
                refused: day.refused.length,
                others: day.others.length,
              },
            },
          ],
        }),
      ];
    },
  });
export const visitors = defineSubjectDetector({
  key: 'subject',
  meta: meta('visitors'),
  config: noSettings,
  reasons: [],
  start: () => ({ actors: new Set<string>() }),
  observeDay(day, state) {
    for (const l of day.lookups) state.actors.add(l.actor);
    return [
      draft('subject-burst', {
        p: 1 / (1 + state.actors.size),
        eventIds: day.lookups.map((l) => `${l.event.eventId}`),
        reasons: day.lookups.map((l) => ({
          detector: 'visitors',
          code: l.explanation.verdict,
          observed: state.actors.size,
          expected: null,
          unit: 'officials',
          comparedWith: 'nothing',
          params: { because: l.explanation.because.join() },
        })),
      }),
    ];
  },
});
export const CATALOGUE: Detector[] = [...DETECTORS, diary(), visitors] as Detector[];

export const aLane = (options: Partial<LaneOptions> = {}): Lane =>
  createLane({ reference, detectors: CATALOGUE, ...options });
export const inOneOrder = (signals: readonly RawSignal[]): RawSignal[] =>
  [...signals].sort((a, b) =>
    `${a.day} ${a.key} ${a.detector}` < `${b.day} ${b.key} ${b.detector}` ? -1 : 1,
  );
export const allOf = (days: readonly ClosedDay[]): RawSignal[] =>
  inOneOrder(days.flatMap((d) => d.signals));
export function run(lane: Lane, events: readonly AuditEvent[]): RawSignal[] {
  for (const event of events) lane.observe(event);
  lane.closeAll();
  return allOf(lane.takeClosed());
}
export const EVENTS = Array.from({ length: 400 }, (_, n) => anEvent(n));
export const WHOLE = run(aLane(), EVENTS);
