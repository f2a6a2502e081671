import type { Alert } from '../../domain/alert.ts';

/** Alerts at rest, best first. */
export type AlertReader = {
  list(limit: number, offset: number): Promise<Alert[]>;
  get(alertId: string): Promise<Alert | null>;
  count(): Promise<number>;
};

/** What the pipeline has done so far; a quiet day and a silent source must not look the same. */
export type Status = {
  events: number;
  duplicates: number;
  deadLetters: number;
  eventsPerSecond: number;
  alerts: number;
  explained: {
    system: string;
    events: number;
    direct: number;
    withTeam: number;
    cannotJudge: number;
  }[];
  isRunning: boolean;
  /** Alerts per 1,000 officials per day with work. */
  budget?: number;
};
