import type { z } from 'zod';
import type { Reason } from '../../domain/signal.ts';
import type { SourceFacts } from '../../domain/source-facts.ts';
import { amsterdamOffset } from '../../domain/time.ts';
import type { Severity, Typology } from '../../domain/typology.ts';
import type { DetectorMeta, ReasonTemplate } from '../detector.ts';
import type { Words } from '../kit/words.ts';

/** What is said about a log. Nobody is accused: there is no official and no person in it. */
export type SourceSignal = {
  typology: Typology;
  detector: string;
  version: number;
  system: string;
  instance: string;
  from: number;
  to: number;
  /** Probability by chance, (0, 1]. */
  p: number;
  floor: Severity;
  reason: Reason;
  /** Events on either side, where there are some. */
  eventIds: string[];
};

/** A pure function of the facts of one source: no clock, no I/O. Same facts, same signals. */
export type SourceDetector<Config = unknown> = {
  meta: DetectorMeta;
  config: z.ZodType<Config>;
  reasons: ReasonTemplate[];
  judge(facts: SourceFacts, config: Config): SourceSignal[];
};

export const defineSourceDetector = <Config>(
  detector: SourceDetector<Config>,
): SourceDetector<Config> => detector;

/** Name of a source as people write it. */
export const sourceName = ({
  system,
  instance,
}: Pick<SourceFacts, 'system' | 'instance'>): string =>
  instance === '' ? system : `${system}/${instance}`;

const timeFormat = (locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
const TIMES = { nl: timeFormat('nl-NL'), en: timeFormat('en-GB') };
/** A local date and time in words. */
export function timeWords(at: number): Words {
  // Shifted to the wall clock first and then read as UTC, so that the zone stays in one file.
  const wall = at + amsterdamOffset(at);
  return { nl: TIMES.nl.format(wall), en: TIMES.en.format(wall) };
}
