import type { Detector } from '../detectors/detector.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Token } from '../domain/token.ts';
import type { Sift } from './judge-day.ts';
import type { OpenDayOptions } from './open-day.ts';
import type { Urgency } from './urgency.ts';

/** Which keys a lane judges. An event without an official is counted where `actors(null)` holds. */
export type LaneShare = {
  actors(actor: Token | null): boolean;
  subjects(subject: Token): boolean;
};
export const EVERYTHING: LaneShare = { actors: () => true, subjects: () => true };

export type LaneOptions = OpenDayOptions & {
  reference: ReferenceData;
  detectors: readonly Detector[];
  /** Settings by detector id. */
  config?: Record<string, unknown>;
  share?: LaneShare;
  /** How long after its end a day still takes events; 0 when they come in order of time. */
  graceMs?: number;
  /** Gives ordinary scores as bare numbers beside the signals: nine of ten are, and they add up. */
  packsOrdinary?: boolean;
  /**
   * What is left out of open days: what can become no alert. It is said when the day closes, for calibration
   * learns from ordinary days.
   */
  openSift?: Pick<Sift, 'maxP' | 'neededP'>;
  /** How soon an event of an open day has to be judged; without it, at once. Decides nothing of closed days. */
  urgency?(event: AuditEvent): Urgency;
  /** Event ids whose explanation the caller wants to know: those behind alerts raised before. */
  watched?: ReadonlySet<string>;
  /** Told of every event that came after its day was closed, and so is judged by nobody. */
  onLate?(event: AuditEvent): void;
};
