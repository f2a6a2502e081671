import type { Verdict } from './explanation.ts';
import type { Token } from './token.ts';
import type { Severity, Typology } from './typology.ts';

export type AlertReason = {
  detector: string;
  code: string;
  observed: number;
  expected: number | null;
  unit: string;
  comparedWith: string;
  text: { nl: string; en: string };
};
export type Identified = { token: Token; id?: string };

/** What an officer reviews (contracts §5). Times are RFC 3339 UTC. */
export type Alert = {
  alertId: string;
  typology: Typology;
  severity: Severity;
  score: number;
  status: string;
  actor: Identified | null;
  subjects: Identified[];
  firstEventAt: string;
  lastEventAt: string;
  openedAt: string;
  eventIds: string[];
  eventCount: number;
  explanation: Verdict;
  reasons: AlertReason[];
  versions: { config: string; reference: string; detectors: Record<string, number> };
};
