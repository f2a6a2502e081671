/** What a failure asks of its reader: repeat, set aside, stop, or correct the input or settings. */
export type ErrorKind = 'retry' | 'dead-letter' | 'crash' | 'usage' | 'config' | 'input';

/** The one list of error codes of the product; the kind decides the exit code or status. */
const KINDS = {
  ERR_CLI_USAGE: 'usage',
  ERR_CONFIG_REFUSED: 'config',
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
