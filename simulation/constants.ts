// LEAKAGE TRAP: these numbers make the town. No detector may import them, or it would be tuned on
// the answer. Sources: docs/detection.md §6.1 (hours, counts, returns) and CBS orders of magnitude.

export const MUNICIPALITY = 'Voorbeeldstad';

/** Household types: share, adults, and the numbers of children drawn. Mean size 2.1. */
export const HOUSEHOLDS = [
  { share: 0.38, adults: 1, children: [0] },
  { share: 0.29, adults: 2, children: [0] },
  { share: 0.26, adults: 2, children: [1, 2, 2, 3] },
  { share: 0.07, adults: 1, children: [1, 1, 2, 3] },
] as const;

/** Chance that both parents of an adult live in the same town: about 40 % of kin is local. */
export const LOCAL_PARENTS = 0.45;
/** Chance that parents outside the town already have a child inside it (siblings). */
export const SHARED_PARENTS = 0.45;
export const EX_PARTNER_SHARE = 0.16;
export const MOVES_PER_YEAR = 0.1;
export const SECRECY_SHARE = 0.015;
export const BSN_CITIZENS = 300;

export type Role =
  | 'desk'
  | 'call-centre'
  | 'social-domain'
  | 'tax'
  | 'permits'
  | 'enforcement'
  | 'youth'
  | 'hr';

export type RoleShape = {
  role: Role;
  share: number;
  /** Distinct persons a working day, and variance over mean of that count. */
  mean: number;
  dispersion: number;
  /** Mean number of days on which an official returns to a case. */
  touches: number;
  system: 'brp' | 'zaaksysteem' | 'suwinet';
};

export const ROLES: readonly RoleShape[] = [
  { role: 'desk', share: 0.2, mean: 18, dispersion: 3, touches: 1.1, system: 'brp' },
  { role: 'call-centre', share: 0.12, mean: 28, dispersion: 11, touches: 1.1, system: 'brp' },
  { role: 'social-domain', share: 0.24, mean: 12, dispersion: 2.5, touches: 3, system: 'suwinet' },
  { role: 'tax', share: 0.12, mean: 16, dispersion: 4, touches: 2, system: 'zaaksysteem' },
  { role: 'permits', share: 0.1, mean: 5, dispersion: 1, touches: 3, system: 'zaaksysteem' },
  { role: 'enforcement', share: 0.1, mean: 8, dispersion: 2, touches: 2.5, system: 'brp' },
  { role: 'youth', share: 0.09, mean: 9, dispersion: 2, touches: 3.5, system: 'zaaksysteem' },
  { role: 'hr', share: 0.03, mean: 6, dispersion: 1.5, touches: 2, system: 'zaaksysteem' },
];
export const UNIT_SIZE = 12;

/** Weight of the hours 0 to 23: the receipt log peaks at 9–11 and 14–15 and dips at 13. */
export const HOURS = [
  0, 0, 0, 0, 0, 0, 0.001, 0.03, 0.1, 0.16, 0.16, 0.13, 0.08, 0.05, 0.13, 0.11, 0.05, 0.015, 0.003,
  0.001, 0.001, 0.001, 0, 0,
];
/** Monday to Sunday. */
export const WEEKDAYS = [1.12, 1.06, 0.98, 1.05, 0.84, 0.5, 0];

/** Lawful look-ups that leave no row anywhere: calls, namesakes, wrong persons, training. */
export const UNREGISTERED = 0.065;
export const QUEUE_SHARE = 0.12;
export const DENIED = 0.006;
export const ACTOR_LOST = 0.001;

/** Incidents per 800 officials and 60 days; at least two of each. The scarcest kind picks first. */
export const MISUSE = {
  'ex-partner': 3,
  relative: 8,
  celebrity: 6,
  'unusual-volume': 6,
  'protected-person': 2,
} as const;

export const PREFIXES = [
  '',
  '',
  '',
  '',
  'van',
  'de',
  'van de',
  'van der',
  'van den',
  'den',
  'ter',
  'el',
];
export const SURNAME_STARTS = [
  'Jans',
  'Vries',
  'Berg',
  'Bakk',
  'Dijk',
  'Viss',
  'Smit',
  'Meij',
  'Boer',
  'Muld',
  'Groot',
  'Bos',
  'Peters',
  'Hendr',
  'Dekk',
  'Brouw',
  'Wit',
  'Kok',
  'Jacob',
  'Haan',
  'Verm',
  'Heuv',
  'Veen',
  'Schol',
  'Post',
  'Kuip',
  'Veld',
  'Koster',
  'Prins',
  'Blom',
  'Huism',
  'Maas',
  'Yilm',
  'Amr',
  'Kaya',
  'Sing',
];
export const SURNAME_ENDS = [
  'en',
  'er',
  'sen',
  'ma',
  'stra',
  'huis',
  'man',
  'inga',
  'berg',
  'veld',
  'hof',
  'aar',
  'kamp',
  'horst',
  'dam',
  'laar',
  'ink',
  'oort',
  'steen',
  'wijk',
];
export const STREET_STARTS = [
  'Linden',
  'Beuken',
  'Eiken',
  'Molen',
  'Kerk',
  'School',
  'Stations',
  'Wilgen',
  'Haven',
  'Veld',
  'Tulpen',
  'Rozen',
  'Merel',
  'Zwaluw',
  'Brug',
  'Sluis',
  'Park',
  'Bos',
  'Dorps',
  'Ooster',
];
export const STREET_ENDS = [
  'straat',
  'laan',
  'weg',
  'plein',
  'hof',
  'pad',
  'kade',
  'dreef',
  'singel',
  'dijk',
];
