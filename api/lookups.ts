import type { Confidential } from '../domain/confidential.ts';
import type { AccessOutcome, Action } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { Token } from '../domain/token.ts';
import type { Systems } from '../review/regime.ts';

/** Half-open window of event time, epoch ms. */
export type LookupWindow = { from: number; to: number };
/** One stored lookup, in tokens. */
export type LookupRow = {
  eventId: string;
  occurredAt: number;
  system: string;
  instance: string;
  actor: Token | null;
  unit: string;
  action: Action;
  outcome: AccessOutcome;
  subject: Token | null;
  subjectMunicipality: string;
  queryKey: string | null;
  resultCount: number | null;
  fields: string[];
  hasCaseRef: boolean;
  isEmergency: boolean;
  /** What makes it legitimate, as reference data tell now; where somebody asked. */
  explanation?: Explanation;
};
export type DailyRow = { actor: Token; day: number; lookups: number; persons: number };
export type PairDay = {
  day: number;
  lookups: number;
  systems: string[];
  firstAt: number;
  lastAt: number;
};
export type CommonAccessRow = {
  actor: Token;
  seen: number;
  expected: number;
  persons: number;
  p: number;
  /** Of those seen, how many before the incident; 0 without dates. */
  before: number;
  isSignificant: boolean;
};
export type Victim = { subject: Token; incidentAt: number | null };
/** At most `limit` lookups of a window; of some systems alone, so that others take no place of theirs. */
type Asked = [window: LookupWindow, limit: number, systems?: Systems];
/** Stored lookups, as pictures and searches ask for them. Lists are oldest first. */
export type LookupReader = {
  byIds(eventIds: readonly string[], window: LookupWindow): Promise<LookupRow[]>;
  ofActor(actor: Token, ...asked: Asked): Promise<LookupRow[]>;
  /** The newest `limit`. */
  ofSubject(subject: Token, ...asked: Asked): Promise<LookupRow[]>;
  ofObject(object: Token, ...asked: Asked): Promise<LookupRow[]>;
  countOfSubject(subject: Token, window: LookupWindow, systems?: Systems): Promise<number>;
  /** Lookups and different persons per local day of these officials. */
  daily(actors: readonly Token[], window: LookupWindow): Promise<DailyRow[]>;
  /** Lookups per local hour of the week (0 to 167) of an official. */
  hourOfWeek(actor: Token, window: LookupWindow): Promise<number[]>;
  /** Days on which an official looked at a person. */
  pair(actor: Token, subject: Token, window: LookupWindow): Promise<PairDay[]>;
  /** Officials by how improbable their share of these persons is. */
  commonAccess(
    victims: readonly Victim[],
    window: LookupWindow,
  ): Promise<{ known: number; rows: CommonAccessRow[]; caveats: string[] }>;
  /** What the same official did in the same session (or, without one, in the quarter of an hour around). */
  besides(
    eventId: string,
    occurredAt: number,
    limit: number,
    systems?: Systems,
  ): Promise<LookupRow[]>;
  /** Of these events, those that their source called confidential, by `system\0id`. */
  confidentialOf(
    events: readonly { system: string; eventId: string }[],
  ): Promise<Map<string, Confidential>>;
  /** Stored rows of these officials: what a hold covers. */
  countOf(actors: readonly Token[]): Promise<number>;
};

/** Lookups by an official, of a person, or of an address, plate, parcel or case, as its token says. */
export function lookupsOf(
  lookups: LookupReader,
  token: Token,
  ...asked: Asked
): Promise<LookupRow[]> {
  if (token.startsWith('a.')) return lookups.ofActor(token, ...asked);
  if (token.startsWith('s.')) return lookups.ofSubject(token, ...asked);
  return lookups.ofObject(token, ...asked);
}
