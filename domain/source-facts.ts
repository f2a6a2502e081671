/** A stretch of sequence numbers that never came, between two events that did. */
export type SequenceGap = {
  count: number;
  /** Instants and ids of the last event before and the first after. */
  from: number;
  to: number;
  before: string;
  after: string;
};

/** What one source did in one hour of event time; hours without a word are left out. */
export type SourceHour = {
  /** Hours since 1970-01-01 UTC. */
  hour: number;
  events: number;
  deadLetters: number;
  duplicates: number;
  firstAt: number;
  lastAt: number;
  /** Sequence numbers seen; 0 when the source has none. */
  numbered: number;
  gaps: SequenceGap[];
  /** Median of arrival minus event time in ms; null when arrival is not known. */
  lag: number | null;
  /** Most that an event time lay ahead of its arrival, in ms; 0 when none did. */
  ahead: number;
};

/** Consecutive numbers of a source, with the instants and ids of the events that carry the ends. */
export type SequenceRun = {
  first: number;
  last: number;
  firstAt: number;
  firstId: string;
  lastAt: number;
  lastId: string;
};

type Source = { system: string; instance: string };
/** An hour of a source as it is counted; holes in its numbers are only known to who sees all of them. */
export type SourceCount = Source & Omit<SourceHour, 'gaps'>;
/** The counts of all writers together; `possibleAt`: last event that was possible when it was counted, else 0. */
export type StoredCount = SourceCount & { possibleAt: number };
export type SourceRun = Source & SequenceRun;

/** One source and instance, hours in order. `until`: up to here something may be said of it. */
export type SourceFacts = {
  system: string;
  instance: string;
  hours: readonly SourceHour[];
  until: number;
};
