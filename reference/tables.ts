import type {
  CaseloadRow,
  Delivered,
  RosterRow,
  Validity,
  WatchCategory,
} from '../domain/reference.ts';

/** Relation kinds of relations.csv; `parent` says that the related person is the parent. */
export const RELATIONS = ['parent', 'child', 'partner', 'sibling', 'housemate'] as const;
export type Relation = (typeof RELATIONS)[number];

export type Place = {
  addressId: string;
  street: string;
  houseNumber: string;
  postcode: string;
  municipality: string;
};
export type OfficialRecord = Validity & {
  actorId: string;
  personId: string;
  unit: string;
  role: string;
  managerId: string;
  kind: 'person' | 'service';
};
/** `birthDate` keeps what is known: `1978-03-02`, `1978-03`, `1978` or empty. */
export type PersonRecord = Place & {
  personId: string;
  surname: string;
  surnamePrefix: string;
  birthDate: string;
  secrecy: number;
};
export type StayRecord = Place & Validity & { personId: string };
export type RelationRecord = Validity & {
  personId: string;
  relatedPersonId: string;
  relation: Relation;
};
export type CaseloadRecord = Validity & {
  caseRef: string;
  personId: string;
  kind: CaseloadRow['kind'];
  actorId: string;
  unit: string;
  domain: string;
};
export type WatchRecord = Validity & { personId: string; category: WatchCategory };
export type RosterRecord = { actorId: string; kind: RosterRow['kind']; from: number; to: number };

/** The reference folder in clear. It stays in this room: detection only sees tokenised rows. */
export type ReferenceTables = {
  delivered: Delivered;
  officials: OfficialRecord[];
  persons: PersonRecord[];
  addresses: StayRecord[];
  relations: RelationRecord[];
  caseload: CaseloadRecord[];
  watchlist: WatchRecord[];
  roster: RosterRecord[];
};
export type TableName = keyof Delivered;

/** Tables without any row or file, to be filled. */
export const emptyTables = (): ReferenceTables => ({
  delivered: {
    officials: false,
    persons: false,
    addresses: false,
    relations: false,
    caseload: false,
    watchlist: false,
    roster: false,
  },
  officials: [],
  persons: [],
  addresses: [],
  relations: [],
  caseload: [],
  watchlist: [],
  roster: [],
});
