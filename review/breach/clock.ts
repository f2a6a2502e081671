// The 72-hour clock and what it asks of whom. Pure: the time is handed in, so two years can be walked
// through in a test.
import { HOUR_MS } from '../../domain/time.ts';
import { type Breach, dueAt, informDecisionOf, mustDecideAgain } from './breach.ts';

export type ClockState =
  | 'awareness-undecided'
  | 'running'
  | 'overdue'
  | 'notified'
  | 'notified-late'
  | 'not-notifiable';
export type Clock = {
  state: ClockState;
  /** From when it is counted: decided, or proposed from the first signal or the opening. */
  startsAt: number;
  isProposed: boolean;
  dueAt: number;
  /** Milliseconds left; negative when past. Null once the authority was told or need not be. */
  leftMs: number | null;
};

/**
 * Where the clock of a breach stands. Nobody's delay in deciding stops it: until awareness is decided it
 * is proposed from the first signal, else from the opening of the file.
 */
export function clockOf(breach: Breach, now: number): Clock {
  const startsAt =
    breach.awareAt ?? Math.min(breach.firstSignalAt ?? breach.openedAt, breach.openedAt);
  const due = dueAt(startsAt);
  const base = { startsAt, isProposed: breach.awareAt === null, dueAt: due };
  const first = breach.notifications.find((n) => n.phase === 'first');
  if (first !== undefined)
    return { ...base, state: first.sentAt > due ? 'notified-late' : 'notified', leftMs: null };
  if (breach.notNotifiable !== null) return { ...base, state: 'not-notifiable', leftMs: null };
  const leftMs = due - now;
  const state =
    leftMs < 0 ? 'overdue' : breach.awareAt === null ? 'awareness-undecided' : 'running';
  return { ...base, state, leftMs };
}

export type EscalationRole = 'security-officer' | 'fg' | 'management' | 'board';
export type Escalation = {
  /** Stable: the same step is never sent twice. */
  step: string;
  at: number;
  to: EscalationRole[];
  what: 'decide-awareness' | 'notify' | 'overdue' | 'decide-again' | 'delay-ends' | 'inform-people';
};

/** Hours after the start of the clock at which more people are told that it runs. */
const STEPS: readonly { afterHours: number; to: EscalationRole[]; what: Escalation['what'] }[] = [
  { afterHours: 0, to: ['security-officer', 'fg'], what: 'decide-awareness' },
  { afterHours: 24, to: ['security-officer', 'fg'], what: 'notify' },
  { afterHours: 48, to: ['security-officer', 'fg', 'management'], what: 'notify' },
  { afterHours: 66, to: ['security-officer', 'fg', 'management', 'board'], what: 'notify' },
  { afterHours: 72, to: ['security-officer', 'fg', 'management', 'board'], what: 'overdue' },
];
/** People must be told without undue delay after it was decided. */
const INFORM_WITHIN_MS = 72 * HOUR_MS;
const DELAY_WARNING_MS = 48 * HOUR_MS;

/** Every escalation that is due by `now`, in order; the caller sends those it has not sent before. */
export function escalationsDue(breach: Breach, now: number): Escalation[] {
  const clock = clockOf(breach, now);
  const due: Escalation[] = [];
  if (clock.leftMs !== null)
    for (const { afterHours, to, what } of STEPS) {
      if (what === 'decide-awareness' && !clock.isProposed) continue;
      const at = clock.startsAt + afterHours * HOUR_MS;
      if (at <= now) due.push({ step: `clock-${afterHours}`, at, to, what });
    }
  const decision = informDecisionOf(breach);
  if (decision === null) return due;
  const version = `v${decision.version}`;
  if (mustDecideAgain(breach))
    due.push({
      step: `decide-again-${version}`,
      at: breach.history.at(-1)?.at ?? now,
      to: ['security-officer', 'fg'],
      what: 'decide-again',
    });
  if (decision.decision === 'delay' && decision.delay !== null) {
    const at = decision.delay.until - DELAY_WARNING_MS;
    if (at <= now)
      due.push({ step: `delay-${version}`, at, to: ['fg', 'management'], what: 'delay-ends' });
  }
  const wasTold = breach.informed.some((i) => i.at >= decision.at);
  const mustTell = decision.decision === 'inform' || decision.decision === 'public-notice';
  if (mustTell && !wasTold && decision.at + INFORM_WITHIN_MS <= now)
    due.push({
      step: `inform-${version}`,
      at: decision.at + INFORM_WITHIN_MS,
      to: ['security-officer', 'fg', 'management'],
      what: 'inform-people',
    });
  return due;
}
