import type { Token } from './token.ts';

/** A window of validity: epoch ms, half-open; null is open. */
export type Validity = { from: number | null; to: number | null };

export type OfficialRow = Validity & {
  actor: Token;
  /** Subject tokens of the person behind the account; empty when unknown. */
  persons: Token[];
  unit: string;
  role: string;
  manager: Token | null;
  kind: 'person' | 'service';
};
export type TieKind = 'self' | 'relative' | 'ex-partner' | 'housemate' | 'neighbour';
/** A tie of an official with a person: kinds and degree only, never who stands in between. */
export type TieRow = Validity & {
  actor: Token;
  subject: Token;
  kind: TieKind;
  /** 0 self, 1 parent/child/partner/housemate, 2 two steps, 3 three steps. */
  degree: number;
  /** Path as kinds, e.g. {nl: 'zus van ex-partner', en: 'sister of former partner'}. */
  path: { nl: string; en: string };
  /** The partnership or the shared stay has ended: when; null while it lasts. */
  endedAt: number | null;
};
export type CaseloadRow = Validity & {
  /** Object token of the case number, made with kind `case`. */
  caseRef: Token | null;
  subject: Token | null;
  kind: 'case' | 'appointment' | 'contact' | 'workitem' | 'mandate';
  actor: Token | null;
  unit: string;
  domain: string;
};
export type WatchCategory =
  | 'celebrity'
  | 'politician'
  | 'media'
  | 'victim'
  | 'shelter'
  | 'staff'
  | 'other';
export type WatchRow = Validity & { subject: Token; category: WatchCategory };
export type RosterRow = {
  actor: Token;
  kind: 'shift' | 'leave' | 'standby';
  from: number;
  to: number;
};
export type PersonRow = {
  subject: Token;
  municipality: string;
  secrecy: number;
  /** Current home as an opaque key for the household template; empty when unknown or an institution. */
  household: string;
};

/** Which files were delivered. A missing file means "cannot judge", never "no". */
export type Delivered = Record<
  'officials' | 'persons' | 'addresses' | 'relations' | 'caseload' | 'watchlist' | 'roster',
  boolean
>;

/** Everything known about people and work, in tokens: what the reference room hands to detection. */
export type ReferenceRows = {
  version: string;
  delivered: Delivered;
  officials: OfficialRow[];
  ties: TieRow[];
  caseload: CaseloadRow[];
  watchlist: WatchRow[];
  roster: RosterRow[];
  persons: PersonRow[];
};

/** The same, indexed. All lookups are O(1) or over a handful of rows; instants are epoch ms. */
export type ReferenceData = {
  version: string;
  delivered: Delivered;
  /** Number of persons in the pool, for chance expectations; 0 when persons.csv is absent. */
  population: number;
  official(actor: Token, at: number): OfficialRow | null;
  isKnownOfficial(actor: Token): boolean;
  /** Ties of this official with this person that count at the time, shortest first; empty when none. */
  ties(actor: Token, subject: Token, at: number): readonly TieRow[];
  /** How many persons are tied to the official by this kind (`relative` counts degree <= 2). */
  tieCount(actor: Token, kind: TieKind): number;
  caseloadOf(subject: Token): readonly CaseloadRow[];
  mandatesOf(actor: Token): readonly CaseloadRow[];
  casesByRef(caseRef: Token): readonly CaseloadRow[];
  /** Persons living at one address with this person now, institutions left out. */
  household(subject: Token): readonly Token[];
  /** Persons who live at this address now, institutions left out. */
  residents(address: Token): readonly Token[];
  watch(subject: Token, at: number): readonly WatchCategory[];
  watchCount(): number;
  secrecy(subject: Token): number;
  municipality(subject: Token): string;
  /** The official (other than the asker) whose person this is. */
  officialOfPerson(subject: Token, at: number): OfficialRow | null;
  officialCount(): number;
  unitActors(unit: string): readonly Token[];
  onLeave(actor: Token, at: number): boolean;
};
