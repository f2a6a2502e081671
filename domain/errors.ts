/** What a failure asks of its reader: repeat, set aside, stop, or correct the input or settings. */
export type ErrorKind =
  | 'retry'
  | 'dead-letter'
  | 'crash'
  | 'usage'
  | 'config'
  | 'input'
  // Answers to a reviewer, each a status of HTTP.
  | 'unauthenticated'
  | 'forbidden'
  | 'absent'
  | 'conflict'
  | 'refused'
  | 'precondition';

/** The one list of error codes of the product; the kind decides the exit code or status. */
const KINDS = {
  ERR_CLI_USAGE: 'usage',
  ERR_CONFIG_REFUSED: 'config',
  ERR_EVIDENCE_CASE: 'input',
  ERR_EVIDENCE_CHECKPOINT: 'crash',
  ERR_EVIDENCE_KEY: 'config',
  ERR_EVIDENCE_LOG_BUSY: 'retry',
  ERR_EVIDENCE_LOG_CHANGED: 'crash',
  ERR_EVIDENCE_NOT_APPROVED: 'input',
  ERR_EVIDENCE_NOT_CANONICAL: 'crash',
  ERR_EVIDENCE_OUT: 'input',
  ERR_EVIDENCE_REFUSED: 'input',
  ERR_EVIDENCE_SEAL: 'config',
  ERR_EVIDENCE_TIMESTAMP: 'retry',
  ERR_DOCTOR_FOUND: 'input',
  // A file of another municipality that is not taken in: each asks something else of whoever brought it.
  ERR_EXCHANGE_FIELDS: 'refused',
  ERR_EXCHANGE_FORM: 'refused',
  ERR_EXCHANGE_KEY: 'refused',
  ERR_EXCHANGE_OWN: 'refused',
  ERR_EXCHANGE_SIGNATURE: 'refused',
  ERR_INGEST_NO_INPUT: 'input',
  ERR_INGEST_UNKNOWN_FORMAT: 'input',
  ERR_INGEST_MAPPING: 'config',
  ERR_INGEST_NOT_CONSERVED: 'crash',
  ERR_INGEST_SPOOL_BEHIND: 'config',
  /** The disk is full: nothing was taken, the sender keeps its events and tries again (507). */
  ERR_INGEST_SPOOL_FULL: 'retry',
  ERR_KAFKA_SILENT: 'retry',
  ERR_KAFKA_TOPIC: 'config',
  ERR_KAFKA_UNAVAILABLE: 'retry',
  ERR_KEY_FILE: 'config',
  ERR_REFERENCE_FOLDER: 'input',
  ERR_REFERENCE_REFUSED: 'input',
  ERR_REVIEW_ABSENT: 'absent',
  ERR_REVIEW_CONFLICT: 'conflict',
  ERR_REVIEW_CONFLICT_OF_INTEREST: 'forbidden',
  ERR_REVIEW_EXPIRED: 'conflict',
  ERR_REVIEW_HEARING_NEEDED: 'refused',
  ERR_REVIEW_LOG: 'retry',
  ERR_REVIEW_NEEDS_SEQUENCE: 'precondition',
  ERR_REVIEW_NOT_ALLOWED: 'forbidden',
  ERR_REVIEW_NOT_COVERED: 'refused',
  ERR_REVIEW_PERSON_UNKNOWN: 'forbidden',
  ERR_REVIEW_PROTECTED: 'refused',
  ERR_REVIEW_REFUSED: 'refused',
  ERR_REVIEW_REGIME_MIXED: 'refused',
  ERR_REVIEW_SAME_PERSON: 'forbidden',
  ERR_REVIEW_SAME_ROLE: 'forbidden',
  ERR_REVIEW_SIGN_IN: 'unauthenticated',
  ERR_REVIEW_SILENT: 'refused',
  ERR_REVIEW_STEP_UP: 'forbidden',
  ERR_REVIEW_TRANSITION: 'conflict',
  ERR_REVIEW_UNAVAILABLE: 'retry',
  ERR_STORAGE_ENGINE: 'crash',
  ERR_STORAGE_LOCKED: 'config',
  ERR_STORAGE_MIGRATION: 'crash',
  ERR_STORAGE_MISSING_ENGINE: 'config',
  ERR_STORAGE_REFUSED: 'config',
  ERR_STORAGE_UNAVAILABLE: 'retry',
  ERR_VAULT_CORRUPT: 'crash',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof KINDS;

/** A failure with a code, a kind and details that hold tokens, counts and places, never identities. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown>;
  constructor(
    code: ErrorCode,
    message: string,
    details: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = KINDS[code];
    this.details = details;
  }
}
