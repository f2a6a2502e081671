import type { AccessOutcome, Action, QUERY_KEYS } from '../domain/event.ts';
import type { Role, RoleShape } from './constants.ts';

/** Index into `Town.people`; indices beyond `Town.citizens` live elsewhere. */
export type PersonIndex = number;
/** Address `>= OUTSIDE` is in another municipality. */
export type Stay = { address: number; fromDay: number; toDay: number };

export type Person = {
  id: string;
  surname: string;
  prefix: string;
  birthYear: number;
  /** Day of the year, 0 to 364. */
  birthDay: number;
  isLocal: boolean;
  household: number;
  secrecy: number;
  parents: PersonIndex[];
  children: PersonIndex[];
  partner: PersonIndex | null;
  partnerSinceYear: number;
  exPartner: { person: PersonIndex; fromYear: number; toDay: number } | null;
  formerStays: Stay[];
};

export type Household = {
  members: PersonIndex[];
  address: number;
  /** Local day of moving in. */
  sinceDay: number;
  /** Many unrelated persons at one address: a care home. */
  isInstitution: boolean;
};

export type Town = {
  people: Person[];
  citizens: number;
  households: Household[];
  watchlist: { person: PersonIndex; category: string; fromDay: number }[];
  startDay: number;
  days: number;
};

export type Official = {
  actorId: string;
  person: PersonIndex;
  unit: string;
  role: Role;
  shape: RoleShape;
  managerId: string;
  mean: number;
  /** How much of the own work stays unregistered, against the role. */
  carelessness: number;
  /** Weekdays worked, Monday 0. */
  weekdays: number[];
  fromDay: number | null;
  toDay: number | null;
  leave: { fromDay: number; toDay: number } | null;
  /** Days with a bleeper outside office hours. */
  standby: { fromDay: number; toDay: number }[];
  /** A later post in another unit. */
  change: { fromDay: number; unit: string; role: Role; shape: RoleShape; managerId: string } | null;
  /** The post before `change`, once it has taken place. */
  before: { unit: string; role: Role; managerId: string } | null;
  /** Own workstation and the laptop for home and meeting rooms. */
  hosts: readonly [{ host: string; ip: string }, { host: string; ip: string }];
  ordinal: number;
};

export type QueryKey = (typeof QUERY_KEYS)[number];
/** When on its day: by the hours of work, in the evening, or at a wall-clock offset in ms. */
export type When = 'office' | 'evening' | number;

/**
 * One look at one person (or none, for a search that found nobody), before it becomes the events of
 * a system. Lawful and unlawful looks have the same shape and choose from the same values.
 */
export type Visit = {
  official: Official;
  person: PersonIndex | null;
  day: number;
  when: When;
  caseRef: string | null;
  /** Whether the case number is typed in; by default as often as the system asks for it. */
  isQuoted?: boolean;
  actions?: readonly Action[];
  key?: QueryKey;
  resultCount?: number;
  system?: string;
  outcome?: AccessOutcome;
  isEmergency?: boolean;
  /** Which of the two workstations; another account's host for a borrowed session. */
  device?: { host: string; ip: string };
  requestId?: string;
  incident: Incident | null;
};

export type Level = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
export type Incident = {
  incidentId: string;
  typology: string;
  level: Level;
  official: Official;
  /** Everyone whose account was used; the first is `official`. */
  actors: Set<string>;
  subjects: Set<PersonIndex>;
  eventIds: string[];
  times: number[];
  note: string;
};

export type Misuse = 'none' | 'standard' | 'even';
export type SimulateOptions = {
  out: string;
  officials?: number;
  citizens?: number;
  days?: number;
  seed?: number;
  misuse?: Misuse;
  /** Incidents per typology and level instead of the mix. */
  incidents?: number;
  /** First local day, ISO date. */
  startDate?: string;
  onProgress?: (progress: { day: number; days: number; events: number }) => void;
};
export type Summary = {
  out: string;
  officials: number;
  citizens: number;
  days: number;
  events: number;
  lookups: number;
  /** Share of lawful look-ups by officials that a caseload row (or mandate) covers. */
  coveredShare: number;
  incidents: Record<string, number>;
};
