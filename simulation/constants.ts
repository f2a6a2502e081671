// LEAKAGE TRAP: these numbers make the town. No detector may import them, or it would be tuned on
// the answer. Sources: docs/evaluation.md; hours, counts and returns follow public permit logs,
// population figures CBS orders of magnitude; the rest is a choice.

export const MUNICIPALITY = 'Voorbeeldstad';

/** Household types: share, adults, and the numbers of children drawn. Mean size 2.1. */
export const HOUSEHOLDS = [
  { share: 0.38, adults: 1, children: [0] },
  { share: 0.29, adults: 2, children: [0] },
  { share: 0.26, adults: 2, children: [1, 2, 2, 3] },
  { share: 0.07, adults: 1, children: [1, 1, 2, 3] },
] as const;

/** Chance that both parents of a resident live in the same town, while there is a couple left. */
export const LOCAL_PARENTS = 0.34;
/** Chance that parents outside the town already have a child inside it (siblings). */
export const SHARED_PARENTS = 0.35;
/** Children elsewhere of a couple elsewhere, and of a couple in town: means. */
export const SIBLINGS_ELSEWHERE = 1.05;
export const CHILDREN_MOVED_OUT = 0.35;
export const GRANDCHILDREN_ELSEWHERE = 0.8;
export const EX_PARTNER_SHARE = 0.24;
export const MOVES_PER_YEAR = 0.1;
export const SHARED_HOUSE_SHARE = 0.03;
export const SECRECY_SHARE = 0.015;
export const BSN_CITIZENS = 300;
/** Share of surnames drawn from the neighbourhood's own list. */
export const NAME_CLUSTER = 0.3;

export type Role =
  | 'desk'
  | 'call-centre'
  | 'social-domain'
  | 'tax'
  | 'permits'
  | 'enforcement'
  | 'youth'
  | 'hr'
  | 'it';

export type RoleShape = {
  role: Role;
  share: number;
  /** Distinct persons a working day, and variance over mean of that count. */
  mean: number;
  dispersion: number;
  /** Mean number of days on which an official returns to a case. */
  touches: number;
  system: 'brp' | 'zaaksysteem' | 'suwinet';
  /** Share of lawful look-ups that leave no row anywhere. */
  unregistered: number;
  /** Share of clients who live in another municipality. */
  elsewhere: number;
  /** Days a case stays open: at least, and at most so many more. */
  open: readonly [number, number];
};

const short = [0, 3] as const;
export const ROLES: readonly RoleShape[] = [
  {
    ...{ role: 'desk', share: 0.2, mean: 18, dispersion: 3, touches: 1.1, system: 'brp' },
    ...{ unregistered: 0.08, elsewhere: 0.06, open: short },
  },
  {
    ...{ role: 'call-centre', share: 0.12, mean: 28, dispersion: 11, touches: 1.1, system: 'brp' },
    ...{ unregistered: 0.09, elsewhere: 0.05, open: short },
  },
  {
    ...{ role: 'social-domain', share: 0.23, mean: 12, dispersion: 2.5, touches: 3 },
    ...{ system: 'suwinet', unregistered: 0.055, elsewhere: 0.03, open: [15, 70] },
  },
  {
    ...{ role: 'tax', share: 0.12, mean: 16, dispersion: 4, touches: 2, system: 'zaaksysteem' },
    ...{ unregistered: 0.06, elsewhere: 0.1, open: [10, 50] },
  },
  {
    ...{ role: 'permits', share: 0.1, mean: 5, dispersion: 1, touches: 3, system: 'zaaksysteem' },
    ...{ unregistered: 0.045, elsewhere: 0.05, open: [20, 90] },
  },
  {
    ...{ role: 'enforcement', share: 0.1, mean: 8, dispersion: 2, touches: 2.5, system: 'brp' },
    ...{ unregistered: 0.07, elsewhere: 0.12, open: [10, 60] },
  },
  {
    ...{ role: 'youth', share: 0.08, mean: 9, dispersion: 2, touches: 3.5, system: 'zaaksysteem' },
    ...{ unregistered: 0.05, elsewhere: 0.04, open: [30, 120] },
  },
  {
    ...{ role: 'hr', share: 0.03, mean: 6, dispersion: 1.5, touches: 2, system: 'zaaksysteem' },
    ...{ unregistered: 0.05, elsewhere: 0.15, open: [10, 40] },
  },
  {
    ...{ role: 'it', share: 0.02, mean: 4, dispersion: 3, touches: 1.3, system: 'brp' },
    ...{ unregistered: 0.06, elsewhere: 0.02, open: [1, 6] },
  },
];
export const UNIT_SIZE = 12;

/** Weight of the hours 0 to 23: the receipt log peaks at 9–11 and 14–15 and dips at 13. */
export const HOURS = [
  0, 0, 0, 0, 0, 0, 0.001, 0.03, 0.1, 0.16, 0.16, 0.13, 0.08, 0.05, 0.13, 0.11, 0.05, 0.015, 0.003,
  0.001, 0.001, 0.001, 0, 0,
];
/** Monday to Sunday. */
export const WEEKDAYS = [1.12, 1.06, 0.98, 1.05, 0.84, 0.5, 0];
/** January to December: holidays in summer, year end at the tax desk. */
export const SEASON = [1.06, 1.04, 1.04, 1.0, 0.98, 1.02, 0.86, 0.84, 1.04, 1.05, 1.04, 0.92];

export const QUEUE_SHARE = 0.12;
export const COVER_SHARE = 0.04;
export const REGISTERED_LATE = 0.02;
/** Persons with cases that ended before the period: a share of the residents, and days ago. */
export const PAST_CASES = 0.35;
export const PAST_DAYS = 1_000;
export const DENIED = 0.006;
export const ACTOR_LOST = 0.001;
export const OVERTIME = 0.004;

/** Quoted case numbers that are wrong for innocent reasons. */
export const QUOTED_WRONG = { typo: 0.006, closed: 0.004, counterparty: 0.006 };
/** Events of the town, per 100,000 residents per day. */
export const NEWS_PER_DAY = 0.05;

/** Incidents of the default mix per 800 officials and 60 days. The scarcest kind picks first. */
export const STANDARD_MIX = {
  'ex-partner': 3,
  'protected-person': 2,
  relative: 8,
  celebrity: 6,
  'unusual-volume': 6,
} as const;
/** Every other typology in the default mix: expected number per 800 officials and 60 days. */
export const STANDARD_OTHER = 0.6;
/** Share of officials in incidents of the even mix: enough for figures, few enough for baselines. */
export const EVEN_SHARE = 0.1;
