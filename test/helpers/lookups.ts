import { deserialize, serialize } from 'node:v8';
import type {
  ActorDay,
  ActorDetector,
  Lookup,
  SubjectDay,
  SubjectDetector,
} from '../../detectors/detector.ts';
import { renderReason } from '../../detectors/registry.ts';
import type { AuditEvent } from '../../domain/event.ts';
import type { Explanation } from '../../domain/explanation.ts';
import type {
  CaseloadRow,
  OfficialRow,
  ReferenceData,
  TieKind,
  TieRow,
  WatchCategory,
} from '../../domain/reference.ts';
import type { SignalDraft } from '../../domain/signal.ts';
import { fromAmsterdam, localDay } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';

/** Short names stand for tokens in tests: `a1` an actor, `s1` a subject. */
export const token = (text: string): Token => text as Token;

const MONDAY = Date.UTC(2026, 2, 2); // the week of all tests: 2 March 2026
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Tue 10:00` of the test week; `Tue+3 10:00` three weeks later. Local time to epoch ms. */
export function instant(text: string): number {
  const match = /^(\w{3})(?:\+(\d+))? (\d\d):(\d\d)$/.exec(text);
  const day = WEEKDAYS.indexOf(match?.[1] ?? '');
  if (match === null || day < 0) throw new Error(`not a test time: ${text}`);
  const days = day + 7 * Number(match[2] ?? 0);
  const wall =
    MONDAY + days * 86_400_000 + Number(match[3]) * 3_600_000 + Number(match[4]) * 60_000;
  const local = fromAmsterdam(wall);
  if ('error' in local) throw new Error(`no such hour: ${text}`);
  return local.at;
}

export const UNEXPLAINED: Explanation = { verdict: 'unexplained', strength: null, because: [] };
export const STRONG: Explanation = { verdict: 'explained', strength: 'strong', because: ['E1'] };
export const MANDATE: Explanation = { verdict: 'explained', strength: 'strong', because: ['E3'] };
export const MEDIUM: Explanation = { verdict: 'explained', strength: 'medium', because: ['E5'] };
export const WEAK: Explanation = { verdict: 'explained', strength: 'weak', because: ['E6'] };
export const LATER: Explanation = {
  verdict: 'explained-later',
  strength: 'strong',
  because: ['E1'],
};
export const UNKNOWN: Explanation = { verdict: 'cannot-judge', strength: null, because: [] };

export const anOfficial = (fields: Partial<OfficialRow> = {}): OfficialRow => ({
  actor: token('a1'),
  persons: [],
  unit: 'desk',
  role: 'clerk',
  manager: null,
  kind: 'person',
  from: null,
  to: null,
  ...fields,
});

export const aTie = (kind: TieKind, fields: Partial<TieRow> = {}): TieRow => ({
  actor: token('a1'),
  subject: token('s1'),
  kind,
  degree: kind === 'self' ? 0 : 1,
  path: { nl: 'ouder', en: 'parent' },
  endedAt: null,
  from: null,
  to: null,
  ...fields,
});

export type LookupFields = {
  actor?: string;
  at?: string;
  subject?: string;
  explanation?: Explanation;
  ties?: TieRow[];
  official?: OfficialRow | null;
  /** Short names for workstation, quoted case number and thing looked up. */
  host?: string;
  caseRef?: string;
  object?: `${NonNullable<AuditEvent['object']>['kind']}:${string}`;
  /** Where the log says the person lives. */
  municipality?: string;
} & Partial<
  Pick<
    AuditEvent,
    | 'action'
    | 'queryKey'
    | 'eventId'
    | 'system'
    | 'outcome'
    | 'resultCount'
    | 'emergency'
    | 'isDateOnly'
  >
>;

const anObject = (text: string | undefined): AuditEvent['object'] => {
  const [kind, name] = text?.split(':') ?? [];
  if (kind === undefined || name === undefined) return null;
  return { kind: kind as NonNullable<AuditEvent['object']>['kind'], token: token(name) };
};

export function aLookup(fields: LookupFields = {}): Lookup {
  const { actor = 'a1', at = 'Tue 10:00', subject = 's1' } = fields;
  const occurredAt = instant(at);
  return {
    event: {
      eventId: fields.eventId ?? `${actor} ${at} ${subject}`,
      requestId: null,
      occurredAt,
      system: fields.system ?? 'brp',
      instance: '',
      sequence: null,
      actor: { token: token(actor), kind: 'person', unit: 'desk' },
      action: fields.action ?? 'view',
      outcome: fields.outcome ?? 'success',
      subject: token(subject),
      subjectMunicipality: fields.municipality ?? '',
      object: anObject(fields.object),
      queryKey: fields.queryKey ?? null,
      resultCount: fields.resultCount ?? null,
      fields: [],
      caseRef: fields.caseRef === undefined ? null : token(fields.caseRef),
      emergency: fields.emergency ?? false,
      host: fields.host === undefined ? null : token(fields.host),
      session: null,
      isDateOnly: fields.isDateOnly ?? false,
    },
    actor: token(actor),
    subject: token(subject),
    day: localDay(occurredAt),
    explanation: fields.explanation ?? UNEXPLAINED,
    official: fields.official === undefined ? anOfficial() : fields.official,
    ties: fields.ties ?? [],
  };
}

/** An event that names no person: a search without an answer, a refusal without a number. */
export function aSearch(fields: LookupFields = {}): AuditEvent {
  const { event } = aLookup({ action: 'search', ...fields });
  return { ...event, subject: null, eventId: fields.eventId ?? `${event.eventId} search` };
}

/** A case of `subject` in the caseload, open for ever unless said otherwise. */
export const aCase = (fields: Partial<CaseloadRow> = {}): CaseloadRow => ({
  caseRef: token('c1'),
  subject: token('s1'),
  kind: 'case',
  actor: null,
  unit: 'other-unit',
  domain: 'taxes',
  from: null,
  to: null,
  ...fields,
});

export type ReferenceFields = {
  caseload?: CaseloadRow[];
  /** Persons living together. */
  households?: string[][];
  municipalities?: Record<string, string>;
  /** Accounts whose official is on leave, from and until a test time. */
  leave?: Record<string, [string, string]>;
  /** Test time at which the role of an account ended. */
  ended?: Record<string, string>;
  hasRoster?: boolean;
  hasCaseload?: boolean;
  population?: number;
  watchlist?: Record<string, WatchCategory[]>;
  secrecy?: Record<string, number>;
  ties?: Partial<Record<TieKind, number>>;
  /** Subject to the account whose person this is. */
  colleagues?: Record<string, string>;
};

/** A small reference world: who is on a list, under secrecy, or an official. */
export function aReference(fields: ReferenceFields = {}): ReferenceData {
  const { watchlist = {}, secrecy = {}, colleagues = {}, hasCaseload = true } = fields;
  const { caseload = [], households = [], municipalities = {}, leave = {}, ended = {} } = fields;
  return {
    version: 'test',
    delivered: {
      officials: true,
      persons: true,
      addresses: true,
      relations: true,
      caseload: hasCaseload,
      watchlist: true,
      roster: fields.hasRoster ?? true,
    },
    population: fields.population ?? 100_000,
    official: (actor, at) => {
      const end = ended[actor];
      return end !== undefined && at >= instant(end) ? null : anOfficial({ actor });
    },
    isKnownOfficial: () => true,
    ties: () => [],
    tieCount: (_, kind) => fields.ties?.[kind] ?? 1,
    caseloadOf: (subject) => caseload.filter((row) => row.subject === subject),
    mandatesOf: (actor) => caseload.filter((r) => r.kind === 'mandate' && r.actor === actor),
    casesByRef: (caseRef) => caseload.filter((row) => row.caseRef === caseRef),
    residents: () => [],
    household: (subject) =>
      (households.find((home) => home.includes(subject)) ?? [])
        .filter((member) => member !== subject)
        .map(token),
    watch: (subject) => watchlist[subject] ?? [],
    watchCount: () => Object.keys(watchlist).length,
    secrecy: (subject) => secrecy[subject] ?? 0,
    municipality: (subject) => municipalities[subject] ?? '',
    officialOfPerson: (subject) => {
      const account = colleagues[subject];
      return account ? anOfficial({ actor: token(account), persons: [subject] }) : null;
    },
    officialCount: () => 200,
    unitActors: () => [],
    onLeave: (actor, at) => {
      const [from, to] = leave[actor] ?? [];
      return from !== undefined && to !== undefined && at >= instant(from) && at < instant(to);
    },
  };
}

/** Lookups as the days that a detector is given: per official, in order of time. */
export function daysOf(lookups: readonly Lookup[], others: readonly AuditEvent[] = []): ActorDay[] {
  const days = new Map<string, Lookup[]>();
  const nameless = new Map<string, AuditEvent[]>();
  for (const event of others) {
    const key = `${localDay(event.occurredAt)} ${event.actor?.token}`;
    nameless.set(key, [...(nameless.get(key) ?? []), event]);
    if (!days.has(key)) days.set(key, []);
  }
  for (const lookup of [...lookups].sort((a, b) => a.event.occurredAt - b.event.occurredAt)) {
    const key = `${lookup.day} ${lookup.actor}`;
    days.set(key, [...(days.get(key) ?? []), lookup]);
  }
  const byDay = (a: string, b: string) => Number.parseInt(a, 10) - Number.parseInt(b, 10);
  return [...days.keys()].sort(byDay).map((key) => {
    const [day = '', ...actor] = key.split(' ');
    const own = days.get(key) ?? [];
    return {
      actor: token(actor.join(' ')),
      day: Number(day),
      role: 'clerk',
      lookups: own.filter((l) => l.event.outcome === 'success'),
      refused: own.filter((l) => l.event.outcome !== 'success'),
      others: nameless.get(key) ?? [],
    };
  });
}

/** The same lookups as days of the persons looked up. */
export function subjectDaysOf(lookups: readonly Lookup[]): SubjectDay[] {
  const days = new Map<string, Lookup[]>();
  for (const lookup of [...lookups].sort((a, b) => a.event.occurredAt - b.event.occurredAt)) {
    const key = `${lookup.day} ${lookup.subject}`;
    days.set(key, [...(days.get(key) ?? []), lookup]);
  }
  return [...days.values()].flatMap((day) => {
    const [first] = day;
    if (first === undefined) return [];
    const seen = day.filter((l) => l.event.outcome === 'success');
    return [{ subject: first.subject, day: first.day, lookups: seen }];
  });
}

export type Observing = {
  others?: readonly AuditEvent[];
  reference?: ReferenceData;
  recentUnexplained?: number;
  config?: unknown;
  /** Puts every state through bytes between two days, as a snapshot does. */
  isRestored?: boolean;
};
type Either<Config, State> = ActorDetector<Config, State> | SubjectDetector<Config, State>;

/** Runs a detector over the lookups, one state per official or person, and gives all its signals in order. */
export function observeDays<Config, State>(
  detector: Either<Config, State>,
  lookups: readonly Lookup[],
  options: Observing = {},
): SignalDraft[] {
  return observe(detector, lookups, options).signals;
}

/** As `observeDays`, with the states at the end, by official or person. */
export function observe<Config, State>(
  detector: Either<Config, State>,
  lookups: readonly Lookup[],
  options: Observing = {},
): { signals: SignalDraft[]; states: Map<string, State> } {
  const states = new Map<string, State>();
  const context = {
    config: detector.config.parse(options.config ?? {}),
    reference: options.reference ?? aReference(),
    recentUnexplained: options.recentUnexplained ?? 1,
  };
  const stateOf = (key: string): State => {
    const known = states.get(key) ?? detector.start();
    const state = options.isRestored ? deserialize(serialize(known)) : known;
    states.set(key, state);
    return state;
  };
  const signals =
    detector.key === 'subject'
      ? subjectDaysOf(lookups).flatMap((day) =>
          detector.observeDay(day, stateOf(day.subject), context),
        )
      : daysOf(lookups, options.others).flatMap((day) =>
          detector.observeDay(day, stateOf(day.actor), context),
        );
  return { signals, states };
}

/** The reasons of signals read aloud: Dutch and English in turn. */
export const inWords = (signals: readonly SignalDraft[]): string[] =>
  signals
    .flatMap((signal) => signal.reasons)
    .flatMap((reason) => Object.values(renderReason(reason)));
