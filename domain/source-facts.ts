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

/** One source and instance, hours in order. `until` is the newest instant of all sources. */
export type SourceFacts = {
  system: string;
  instance: string;
  hours: readonly SourceHour[];
  until: number;
};
