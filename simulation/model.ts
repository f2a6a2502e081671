import type { Role, RoleShape } from './constants.ts';

/** Index into `Town.people`; indices beyond `Town.citizens` are kin who live elsewhere. */
export type PersonIndex = number;

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
  formerAddress: number | null;
};

export type Household = {
  members: PersonIndex[];
  address: number;
  /** Local day of moving in. */
  sinceDay: number;
};

export type Town = {
  people: Person[];
  citizens: number;
  households: Household[];
  watchlist: { person: PersonIndex; category: string; fromDay: number }[];
  startDay: number;
};

export type Official = {
  actorId: string;
  person: PersonIndex;
  unit: string;
  role: Role;
  shape: RoleShape;
  managerId: string;
  mean: number;
  /** Weekdays worked, Monday 0. */
  weekdays: number[];
  fromDay: number | null;
  toDay: number | null;
  leave: { fromDay: number; toDay: number } | null;
  host: string;
  ip: string;
  ordinal: number;
};

/** One planned illicit look-up; it becomes one or more events on its day. */
export type IllicitAccess = { incident: Incident; person: PersonIndex; isOutOfHours: boolean };
export type Incident = {
  incidentId: string;
  typology: string;
  level: 'L1' | 'L2' | 'L3' | 'L4';
  official: Official;
  subjects: PersonIndex[];
  eventIds: string[];
  times: number[];
  note: string;
};

export type SimulateOptions = {
  out: string;
  officials?: number;
  citizens?: number;
  days?: number;
  seed?: number;
  misuse?: 'none' | 'standard';
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
