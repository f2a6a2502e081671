import type {
  ActorDay,
  ActorDetector,
  Detector,
  Lookup,
  SubjectDay,
  SubjectDetector,
} from '../detectors/detector.ts';
import { LEAST_PEERS } from '../detectors/scoring/peers.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { RawSignal, SignalDraft } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';

/** Above this raw p a score is only kept as a number: calibration needs it, nobody reads it. */
export const ORDINARY_P = 0.5;
/**
 * Ordinary scores by `detector NUL role`: raw p, what was observed (null: nothing said), and as many members
 * of the group as are needed to know that it is large enough. All that calibration needs of them.
 */
export type OrdinaryScores = Map<
  string,
  { ps: number[]; observed: (number | null)[]; members: string[] }
>;
/** What becomes of drafts that nobody will read one by one. */
export type Sift = {
  /** Takes ordinary scores as bare numbers. */
  ordinary?: OrdinaryScores;
  /** Scores with a raw p above it are left out. */
  maxP?: number;
  /** Nothing at all is kept of a day without a rule or a score with a raw p this small. */
  neededP?: number;
};
const MEMBERS = LEAST_PEERS;
const RECENT_DAYS = 30;
const MAX_SUBJECTS = 100;

/** What a lane remembers of one key: a state per detector, in the order of the detectors. */
export type KeyMemory = {
  states: unknown[];
  /** Unexplained lookups per day of the last 30 days with work. */
  recent: { day: number; unexplained: number }[];
  /** Whether this official was ever seen at work. */
  hasWorked: boolean;
};
export const emptyMemory = (): KeyMemory => ({ states: [], recent: [], hasWorked: false });

/** Drops the memories of keys of which no detector knows anything any more. */
export function forgetKeys(
  memories: Map<Token, KeyMemory>,
  detectors: Detectors['actor'] | Detectors['subject'],
  day: number,
): void {
  for (const [key, memory] of memories) {
    const isSpent = detectors.every(
      ({ detector }, i) =>
        memory.states[i] === undefined || detector.isSpent?.(memory.states[i], day) === true,
    );
    if (isSpent && !memory.hasWorked) memories.delete(key);
  }
}

type Ready<D extends Detector> = { detector: D; config: unknown };
export type Detectors = {
  actor: readonly Ready<ActorDetector>[];
  subject: readonly Ready<SubjectDetector>[];
};

/** Sorts detectors by what they fold over and checks their settings once. */
export const readyDetectors = (
  catalogue: readonly Detector[],
  config: Record<string, unknown>,
): Detectors => ({
  actor: catalogue
    .filter((d): d is ActorDetector => d.key !== 'subject')
    .map((detector) => ({ detector, config: parsed(detector, config) })),
  subject: catalogue
    .filter((d): d is SubjectDetector => d.key === 'subject')
    .map((detector) => ({ detector, config: parsed(detector, config) })),
});
const parsed = (detector: Detector, config: Record<string, unknown>): unknown =>
  detector.config.parse(config[detector.meta.id] ?? {});

const countUnexplained = (lookups: readonly Lookup[]): number =>
  lookups.reduce((n, l) => n + Number(l.explanation.verdict === 'unexplained'), 0);

/** Notes today's unexplained lookups; gives those of 30 days, today included. */
function countRecent(memory: KeyMemory, day: number, lookups: readonly Lookup[]): number {
  if (lookups.length > 0) {
    memory.recent = memory.recent.filter((d) => d.day > day - RECENT_DAYS);
    memory.recent.push({ day, unexplained: countUnexplained(lookups) });
  }
  return memory.recent.reduce((sum, d) => sum + d.unexplained, 0);
}

/** What all detectors of officials say about one day; changes `memory`. */
export function judgeActorDay(
  day: ActorDay,
  memory: KeyMemory,
  detectors: Detectors['actor'],
  reference: ReferenceData,
  sift: Sift,
): RawSignal[] {
  const recentUnexplained = countRecent(memory, day.day, day.lookups);
  const signals: RawSignal[] = [];
  let events: AuditEvent[] | null = null;
  for (const [index, { detector, config }] of detectors.entries()) {
    memory.states[index] ??= detector.start();
    const context = { config, reference, recentUnexplained };
    for (const draft of detector.observeDay(day, memory.states[index], context)) {
      if (isTooWeak(draft, sift)) continue;
      if (sift.ordinary !== undefined && isOrdinary(draft)) {
        addOrdinary(sift.ordinary, detector, day.role, day.actor, draft);
        continue;
      }
      events ??= [...day.lookups, ...day.refused].map((l) => l.event).concat(day.others);
      const of = { key: day.actor, actor: day.actor, day: day.day, role: day.role, events };
      signals.push(toRaw(draft, detector, of));
    }
  }
  return speaks(signals, sift) ? signals : [];
}

/** What all detectors of persons say about one day; changes `memory`. */
export function judgeSubjectDay(
  day: SubjectDay,
  memory: KeyMemory,
  detectors: Detectors['subject'],
  reference: ReferenceData,
  sift: Sift,
): RawSignal[] {
  const signals: RawSignal[] = [];
  for (const [index, { detector, config }] of detectors.entries()) {
    memory.states[index] ??= detector.start();
    const context = { config, reference, recentUnexplained: 0 };
    for (const draft of detector.observeDay(day, memory.states[index], context)) {
      if (isTooWeak(draft, sift)) continue;
      if (sift.ordinary !== undefined && isOrdinary(draft)) {
        addOrdinary(sift.ordinary, detector, '', draft.actor ?? day.subject, draft);
        continue;
      }
      const events = day.lookups.map((l) => l.event);
      const actor = draft.actor ?? null;
      const role = day.lookups.find((l) => l.actor === actor)?.official?.role ?? '';
      const of = { key: day.subject, actor, day: day.day, role, events };
      signals.push(toRaw({ ...draft, subject: draft.subject ?? day.subject }, detector, of));
    }
  }
  return speaks(signals, sift) ? signals : [];
}

const isTooWeak = ({ kind, p }: SignalDraft, { maxP = 1 }: Sift): boolean =>
  kind === 'score' && p > maxP;

/** Whether there is anything in the signals of a day that alone would be worth saying. */
const speaks = (signals: readonly RawSignal[], { neededP = 1 }: Sift): boolean =>
  neededP === 1 ||
  signals.some(({ kind, p }) => kind === 'rule' || (kind === 'score' && p <= neededP));

const isOrdinary = ({ kind, p }: SignalDraft): boolean => kind === 'score' && p > ORDINARY_P;

function addOrdinary(
  into: OrdinaryScores,
  { meta }: Detector,
  role: string,
  member: string,
  { p, observed }: SignalDraft,
): void {
  const group = `${meta.id}\0${role}`;
  const known = into.get(group) ?? { ps: [], observed: [], members: [] };
  known.ps.push(p);
  known.observed.push(observed ?? null);
  if (known.members.length < MEMBERS && !known.members.includes(member)) known.members.push(member);
  into.set(group, known);
}

function toRaw(
  draft: SignalDraft,
  { meta }: Detector,
  of: { key: Token; actor: Token | null; day: number; role: string; events: AuditEvent[] },
): RawSignal {
  const { key, actor, day, role } = of;
  const isBare = isOrdinary(draft);
  const concerned = isBare ? [] : concernedBy(draft.eventIds, of.events);
  let firstEventAt = Number.POSITIVE_INFINITY;
  let lastEventAt = Number.NEGATIVE_INFINITY;
  // An ordinary day needs a time too, but not the search for its events.
  for (const { occurredAt } of concerned.length > 0 ? concerned : of.events) {
    firstEventAt = Math.min(firstEventAt, occurredAt);
    lastEventAt = Math.max(lastEventAt, occurredAt);
  }
  const subjects = new Set<Token>();
  if (draft.subject !== null) subjects.add(draft.subject);
  else for (const { subject } of concerned) if (subject !== null) subjects.add(subject);
  return {
    typology: draft.typology,
    kind: draft.kind,
    p: draft.p,
    floor: draft.floor,
    subject: draft.subject,
    reasons: isBare ? [] : draft.reasons,
    eventIds: isBare ? [] : draft.eventIds,
    verdict: draft.verdict,
    ...(draft.observed !== undefined && { observed: draft.observed }),
    detector: meta.id,
    version: meta.version,
    actor,
    day,
    firstEventAt,
    lastEventAt,
    subjects: isBare ? [] : [...subjects].slice(0, MAX_SUBJECTS),
    key,
    role,
  };
}

function concernedBy(eventIds: readonly string[], events: readonly AuditEvent[]): AuditEvent[] {
  const ids = new Set(eventIds);
  return events.filter((e) => ids.has(e.eventId));
}
