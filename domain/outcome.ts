/** Why a line or a candidate event could not be used. Closed: a new reason is a change of contract. */
export const DEAD_LETTER_REASONS = [
  'not-utf8',
  'not-json',
  'not-an-object',
  'too-deep',
  'too-many-keys',
  'line-too-long',
  'missing-field',
  'invalid-field',
  'text-too-long',
  'impossible-time',
  'time-out-of-range',
  'bsn-eleven-test',
  'unknown-operation',
  'unknown-format',
  'wrong-column-count',
  'number-mangled',
  'orphan-line',
  'too-many-persons',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Why a line gives no event of its own although nothing is wrong with it. */
export type DropReason = 'blank-line' | 'header' | 'request-with-persons' | 'not-an-access';

/** What a format makes of one line. `field` names where the fault is, never its value. */
export type Outcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'drop'; reason: DropReason }
  | { kind: 'dead-letter'; reason: DeadLetterReason; field: string | null };

export const ok = <T>(value: T): Outcome<T> => ({ kind: 'ok', value });
export const drop = (reason: DropReason): Outcome<never> => ({ kind: 'drop', reason });
export const deadLetter = (
  reason: DeadLetterReason,
  field: string | null = null,
): Outcome<never> => ({
  kind: 'dead-letter',
  reason,
  field,
});
