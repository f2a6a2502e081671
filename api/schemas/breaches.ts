import { z } from 'zod';
import { CAUSES, Facts, INFORM_DECISIONS, PHASES, RISKS } from '../../review/breach/breach.ts';
import { freeText, Id, Instant, Paging, page, Reason, Sequence } from './shapes.ts';

const Risk = z.enum(RISKS).meta({ id: 'BreachRisk' });
const words = freeText(3, 20_000);
const day = { startedAt: Instant.optional(), endedAt: Instant.optional() };
/** What is known; each recording adds to it or replaces what was known before. */
const FactsBody = z.strictObject({
  ...Facts.shape,
  ...day,
  what: words.optional(),
  consequences: words.optional(),
  riskReasons: words.optional(),
  measuresBefore: words.optional(),
  measuresAfter: words.optional(),
});

export const NewBreach = z.strictObject({ caseId: Id.nullable().default(null), reason: Reason });
/** One step in a breach file; nothing in it is ever changed. */
export const BreachStep = z.strictObject({
  sequence: Sequence.optional(),
  step: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('signal-received'),
      receivedAt: Instant,
      from: words,
      toldTo: words,
    }),
    z.strictObject({ kind: z.literal('awareness-decided'), awareAt: Instant, reason: words }),
    z.strictObject({ kind: z.literal('facts-recorded'), facts: FactsBody }),
    z.strictObject({ kind: z.literal('measure-taken'), takenAt: Instant, text: words }),
    z.strictObject({ kind: z.literal('advice-given'), text: words }),
    z.strictObject({
      kind: z.literal('notified'),
      phase: z.enum(PHASES),
      sentAt: Instant,
      number: freeText(1, 64),
      lateReason: words.nullable().default(null),
    }),
    z.strictObject({ kind: z.literal('not-notifiable'), reason: words }),
    z.strictObject({ kind: z.literal('authority-reacted'), reactedAt: Instant, text: words }),
    z.strictObject({
      kind: z.literal('inform-decided'),
      decision: z.enum(INFORM_DECISIONS),
      risk: Risk,
      factsKnown: words,
      advice: words.nullable().default(null),
      reasons: words,
      delay: z
        .strictObject({ ground: words, contact: words, until: Instant })
        .nullable()
        .default(null),
    }),
    z.strictObject({
      kind: z.literal('people-informed'),
      informedAt: Instant,
      number: z.int().min(0).max(20_000_000),
      how: words,
    }),
    z.strictObject({ kind: z.literal('closed'), lesson: words }),
  ]),
});

const Clock = z
  .object({
    state: z.enum([
      'awareness-undecided',
      'running',
      'overdue',
      'notified',
      'notified-late',
      'not-notifiable',
    ]),
    startsAt: Instant,
    isProposed: z.boolean(),
    dueAt: Instant,
    leftMs: z.int().nullable(),
  })
  .meta({ id: 'BreachClock' });
const Escalation = z.object({
  step: z.string(),
  at: Instant,
  to: z.array(z.enum(['security-officer', 'fg', 'management', 'board'])),
  what: z.enum([
    'decide-awareness',
    'notify',
    'overdue',
    'decide-again',
    'delay-ends',
    'inform-people',
  ]),
});
export const Breach = z
  .object({
    breachId: z.string(),
    sequence: z.int(),
    openedAt: Instant,
    caseId: z.string().nullable(),
    what: z.string().nullable(),
    cause: z.enum(CAUSES).nullable(),
    risk: Risk.nullable(),
    peopleMost: z.int().nullable(),
    awareAt: Instant.nullable(),
    clock: Clock,
    escalations: z.array(Escalation),
    informDecisions: z.array(
      z.object({
        version: z.int(),
        at: Instant,
        decision: z.enum(INFORM_DECISIONS),
        risk: Risk,
        factsKnown: z.string(),
        advice: z.string().nullable(),
        reasons: z.string(),
        delayUntil: Instant.nullable(),
      }),
    ),
    mustDecideAgain: z.boolean(),
    informed: z.int(),
    /** What is known now; what nobody recorded is left out. */
    facts: z.object({ ...Facts.shape, ...day }),
    awareReason: z.string().nullable(),
    firstSignalAt: Instant.nullable(),
    notifications: z.array(
      z.object({
        phase: z.enum(PHASES),
        sentAt: Instant,
        number: z.string(),
        lateReason: z.string().nullable(),
      }),
    ),
    notNotifiable: z.string().nullable(),
    tellings: z.array(z.object({ at: Instant, number: z.int() })),
    closedAt: Instant.nullable(),
  })
  .meta({ id: 'Breach' });
export const BreachPage = page(Breach, 'BreachPage');
export const BreachQuery = z.strictObject({
  ...Paging,
  onlyOpen: z.stringbool().default(false),
});
export const BreachParams = z.strictObject({ breachId: Id });

/** Drafts that a person sends, as data and as a document. */
export const BreachDocuments = z
  .object({
    notification: z.object({
      isComplete: z.boolean(),
      missing: z.array(z.string()),
      sections: z.array(
        z.object({
          title: z.string(),
          fields: z.array(z.object({ label: z.string(), value: z.string() })),
        }),
      ),
      markdown: z.string(),
    }),
    account: z.object({
      lines: z.array(z.object({ at: Instant, recordedAt: Instant, text: z.string() })),
      markdown: z.string(),
    }),
  })
  .meta({ id: 'BreachDocuments' });

/** The register of article 33(5), and what it tells when read as a whole. */
export const BreachRegister = z
  .object({
    rows: z.array(z.record(z.string(), z.string())),
    csv: z.string(),
    trends: z.array(
      z.object({
        cause: z.string(),
        total: z.int(),
        withLesson: z.int(),
        notifiedLate: z.int(),
        change: z.int().nullable(),
        quarters: z.array(z.object({ quarter: z.string(), breaches: z.int() })),
      }),
    ),
  })
  .meta({ id: 'BreachRegister' });
