// A breach file is the sum of what was recorded about it, in order; nothing is ever changed. That is what
// the sources teach: a decision not to inform that had to be undone, a signal that lay for ten weeks.
import { z } from 'zod';

const Instant = z.int();
const Words = z.string().min(1).max(20_000);
const Person = z.string().min(1).max(128);

/** Causes of the register; a closed list, so that trends can be counted. */
export const CAUSES = [
  'looked-up-without-work',
  'passed-on',
  'sold',
  'work-practice',
  'authorisation-fault',
  'mis-sent',
  'lost-or-stolen',
  'published-by-mistake',
  'other',
] as const;
export const RISKS = ['unlikely', 'risk', 'high-risk'] as const;
export const PHASES = ['first', 'follow-up', 'withdrawal'] as const;
export const INFORM_DECISIONS = ['inform', 'do-not-inform', 'public-notice', 'delay'] as const;

/** What is known of the breach; each recording adds to or replaces what was known before. */
export const Facts = z.strictObject({
  what: Words.optional(),
  cause: z.enum(CAUSES).optional(),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  systems: z.array(z.string().max(64)).max(50).optional(),
  dataKinds: z.array(z.string().max(128)).max(50).optional(),
  hasBsn: z.boolean().optional(),
  hasSpecialData: z.boolean().optional(),
  peopleKinds: z.array(z.string().max(128)).max(50).optional(),
  people: z.strictObject({ least: z.int().min(0), most: z.int().min(0) }).optional(),
  records: z.int().min(0).optional(),
  consequences: Words.optional(),
  risk: z.enum(RISKS).optional(),
  riskReasons: Words.optional(),
  measuresBefore: Words.optional(),
  measuresAfter: Words.optional(),
  crossBorder: z.boolean().optional(),
});
export type Facts = z.infer<typeof Facts>;

const recorded = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), at: Instant, by: Person, ...shape });

/** Everything that can happen to a breach file. `at` is when it was recorded, epoch ms. */
export const BreachEvent = z.discriminatedUnion('kind', [
  recorded('opened', { caseId: z.string().max(64).nullable(), reason: Words }),
  /** Somebody told somebody: the chain of signals is what a regulator asks for first. */
  recorded('signal-received', { receivedAt: Instant, from: Words, toldTo: Words }),
  recorded('awareness-decided', { awareAt: Instant, reason: Words }),
  recorded('facts-recorded', { facts: Facts }),
  recorded('measure-taken', { takenAt: Instant, text: Words }),
  recorded('advice-given', { text: Words }),
  recorded('notified', {
    phase: z.enum(PHASES),
    sentAt: Instant,
    number: z.string().max(64),
    lateReason: Words.nullable(),
  }),
  recorded('not-notifiable', { reason: Words }),
  recorded('authority-reacted', { reactedAt: Instant, text: Words }),
  recorded('inform-decided', {
    decision: z.enum(INFORM_DECISIONS),
    risk: z.enum(RISKS),
    factsKnown: Words,
    advice: Words.nullable(),
    reasons: Words,
    /** Only for `delay`: its ground, who at the prosecution asked, and when it ends. */
    delay: z.strictObject({ ground: Words, contact: Words, until: Instant }).nullable(),
  }),
  recorded('people-informed', { informedAt: Instant, number: z.int().min(0), how: Words }),
  recorded('closed', { lesson: Words }),
]);
export type BreachEvent = z.infer<typeof BreachEvent>;
export type InformDecision = Extract<BreachEvent, { kind: 'inform-decided' }> & { version: number };

export type Breach = {
  breachId: string;
  openedAt: number;
  caseId: string | null;
  /** Null until a person decided it; the clock then runs from a proposal. */
  awareAt: number | null;
  awareReason: string | null;
  /** When the first signal came in, as far as recorded: what a proposal for `awareAt` rests on. */
  firstSignalAt: number | null;
  facts: Facts;
  notifications: Extract<BreachEvent, { kind: 'notified' }>[];
  notNotifiable: string | null;
  informDecisions: InformDecision[];
  informed: { at: number; number: number }[];
  closedAt: number | null;
  history: readonly BreachEvent[];
};

export type Refusal =
  | 'not-opened'
  | 'opened-twice'
  | 'late-without-reason'
  | 'delay-without-end'
  | 'first-notification-missing'
  | 'notified-before-aware'
  | 'awareness-after-recording'
  | 'awareness-missing'
  | 'decision-missing';

const HOURS_72 = 72 * 3_600_000;
/** Article 33(1): 72 hours after becoming aware. Hours are hours: weekends and summer time change nothing. */
export const dueAt = (awareAt: number): number => awareAt + HOURS_72;

/** Why this event may not follow these; null when it may. */
export function refusalOf(history: readonly BreachEvent[], next: BreachEvent): Refusal | null {
  const [first] = history;
  if (next.kind === 'opened') return first === undefined ? null : 'opened-twice';
  if (first === undefined) return 'not-opened';
  const breach = breachOf('', history);
  switch (next.kind) {
    case 'awareness-decided':
      return next.awareAt > next.at ? 'awareness-after-recording' : null;
    case 'notified':
      if (breach.awareAt === null) return 'awareness-missing';
      if (next.phase !== 'first' && breach.notifications.length === 0)
        return 'first-notification-missing';
      if (next.sentAt < breach.awareAt) return 'notified-before-aware';
      if (next.phase === 'first' && next.sentAt > dueAt(breach.awareAt) && next.lateReason === null)
        return 'late-without-reason';
      return null;
    case 'inform-decided':
      return next.decision === 'delay' && (next.delay === null || next.delay.until <= next.at)
        ? 'delay-without-end'
        : null;
    case 'closed':
      // A file that says neither whether the authority nor whether the people were told is not finished.
      return (breach.notifications.length === 0 && breach.notNotifiable === null) ||
        breach.informDecisions.length === 0
        ? 'decision-missing'
        : null;
    default:
      return null;
  }
}

/**
 * The breach as its history tells it. A closed file that something is added to is open again: new facts
 * or a reaction of the authority reopen it, they never overwrite.
 */
export function breachOf(breachId: string, history: readonly BreachEvent[]): Breach {
  const breach: Breach = {
    breachId,
    openedAt: history[0]?.at ?? 0,
    caseId: null,
    awareAt: null,
    awareReason: null,
    firstSignalAt: null,
    facts: {},
    notifications: [],
    notNotifiable: null,
    informDecisions: [],
    informed: [],
    closedAt: null,
    history,
  };
  for (const event of history) {
    if (event.kind !== 'closed') breach.closedAt = null;
    switch (event.kind) {
      case 'opened':
        breach.caseId = event.caseId;
        break;
      case 'signal-received':
        breach.firstSignalAt = Math.min(breach.firstSignalAt ?? event.receivedAt, event.receivedAt);
        break;
      case 'awareness-decided':
        breach.awareAt = event.awareAt;
        breach.awareReason = event.reason;
        break;
      case 'facts-recorded':
        breach.facts = { ...breach.facts, ...event.facts };
        break;
      case 'notified':
        breach.notifications.push(event);
        breach.notNotifiable = null;
        break;
      case 'not-notifiable':
        breach.notNotifiable = event.reason;
        break;
      case 'inform-decided':
        breach.informDecisions.push({ ...event, version: breach.informDecisions.length + 1 });
        break;
      case 'people-informed':
        breach.informed.push({ at: event.informedAt, number: event.number });
        break;
      case 'closed':
        breach.closedAt = event.at;
        break;
      default:
        break;
    }
  }
  return breach;
}

/** The decision in force on telling the people concerned; null before the first. */
export const informDecisionOf = (breach: Breach): InformDecision | null =>
  breach.informDecisions.at(-1) ?? null;

/** Something new came after the decision in force: it must be looked at again. */
export function mustDecideAgain({ history }: Breach): boolean {
  const decided = history.findLastIndex((e) => e.kind === 'inform-decided');
  return (
    decided >= 0 &&
    history
      .slice(decided + 1)
      .some(
        (e) =>
          e.kind === 'authority-reacted' || (e.kind === 'facts-recorded' && changesRisk(e.facts)),
      )
  );
}
const changesRisk = (facts: Facts): boolean =>
  facts.risk !== undefined ||
  facts.people !== undefined ||
  facts.hasBsn !== undefined ||
  facts.hasSpecialData !== undefined ||
  facts.dataKinds !== undefined;
