import { randomBytes } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import { canonicalJson, fingerprintOf } from './fingerprint.ts';

/** One line of who did or read what; ids and codes only. */
export type LogEntry = {
  at: number;
  accountId: string | null;
  name: string | null;
  person: string | null;
  role: string;
  operation: string;
  objectKind: string;
  objectIds: readonly string[];
  outcome: 'asked' | 'done' | 'refused' | 'failed';
  status: number | null;
  code: string | null;
  requestId: string;
};
/** A step of a history that was just written; named in the log, so that taking it away shows. */
export type Anchor = { chain: string; sequence: number; fingerprint: string };
export type LogRow = {
  chain: string;
  sequence: number;
  fingerprint: string;
  entry: string;
  at: number;
  account: string;
  operation: string;
};
export type LogStore = {
  append(rows: readonly LogRow[]): Promise<void>;
  /** The newest entry of all chains, to begin a new chain from; null when there is none. */
  newest(): Promise<{ chain: string; sequence: number; fingerprint: string } | null>;
};

export type ReviewLog = { append(entry: LogEntry): Promise<void> };

const newChain = (at: number): string =>
  `${at.toString(36)}-${randomBytes(6).toString('base64url')}`;

/**
 * Opens a chain of this process. Entries that come while one write is under way go together in the
 * next: a write costs milliseconds, and two hundred readers must not wait for two hundred of them.
 */
export async function openReviewLog(
  store: LogStore,
  now: () => number = Date.now,
  takeAnchors: () => Anchor[] = () => [],
): Promise<ReviewLog> {
  let head = await store.newest();
  let chain = newChain(now());
  let waiting: { entry: LogEntry; done: () => void; failed: (cause: unknown) => void }[] = [];
  let isWriting = false;
  const toRow = (entry: LogEntry): LogRow => {
    const isFirst = head?.chain !== chain;
    const sequence = isFirst ? 1 : (head?.sequence ?? 0) + 1;
    // The first entry names the newest of the chain before: a chain cut off or taken away shows.
    const link = isFirst
      ? { after: head, previous: null }
      : { previous: head?.fingerprint ?? null };
    const text = canonicalJson({ ...entry, ...link, anchors: takeAnchors(), chain, sequence });
    const fingerprint = fingerprintOf(text);
    head = { chain, sequence, fingerprint };
    const { at, operation, accountId } = entry;
    return { ...head, entry: text, at, operation, account: accountId ?? '' };
  };
  const write = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const before = head;
      try {
        await store.append(batch.map(({ entry }) => toRow(entry)));
        for (const { done } of batch) done();
      } catch (cause) {
        // Whether it was written is unknown: a sequence is never used twice, a new chain begins.
        head = before;
        chain = newChain(now());
        const error = new AppError(
          'ERR_REVIEW_LOG',
          'The review log cannot be written, so nothing is shown.',
          {},
          cause,
        );
        for (const { failed } of batch) failed(error);
      }
    }
    isWriting = false;
  };
  return {
    append: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ entry, done, failed });
        if (!isWriting) void write();
      }),
  };
}
