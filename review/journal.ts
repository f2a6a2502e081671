import { randomUUID } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { StreamKind } from '../domain/review.ts';
import { canonicalJson, fingerprintOf } from './fingerprint.ts';
import type { Reviewer } from './reviewer.ts';

/**
 * One step in the history of an object. Names follow the attestation object of OCSF: the fingerprint
 * covers the canonical JSON of everything but itself, the previous event included.
 */
export type ReviewEvent = {
  authorityUid: string;
  /** `<kind>:<id>`, for example `case:c-…`. */
  chainUid: string;
  uid: string;
  typeUid: string;
  sequence: number;
  /** Epoch ms. */
  time: number;
  by: { accountId: string; name: string; person: string | null; role: string };
  reason: string | null;
  data: Record<string, unknown>;
  prevEvent: { uid: string; typeUid: string; fingerprint: string } | null;
  fingerprint: string;
};
/** A step as a use case asks for it. */
export type Step = { type: string; reason?: string | null; data?: Record<string, unknown> };

export type StoredEntry = { chain: string; sequence: number; fingerprint: string; entry: string };
/** Events at rest. */
export type JournalStore = {
  /** Writes when nothing has this chain and sequence yet; false when another was first. */
  append(entry: StoredEntry): Promise<boolean>;
  read(chain: string, fromSequence: number): Promise<StoredEntry[]>;
  /** Everything stored since a place in the order of storing (null: from the start), and the new place. */
  since(place: string | null): Promise<{ entries: StoredEntry[]; place: string }>;
};

/** How the state of one kind of object follows from its history. */
export type Fold<S> = { start(id: string): S; apply(state: S, event: ReviewEvent): S };

type Chain = {
  events: ReviewEvent[];
  states: Map<Fold<unknown>, { length: number; state: unknown }>;
};
const TRIES = 8;

export type Journal = Awaited<ReturnType<typeof openJournal>>;
export type JournalOptions = {
  tenant: string;
  now?: () => number;
  /** Other processes write as well: every decision reads the store first. */
  isShared?: boolean;
};

/** All histories, held in memory and written through; nothing is ever changed or removed. */
export async function openJournal(store: JournalStore, options: JournalOptions) {
  const { tenant, now = Date.now, isShared = false } = options;
  const chains = new Map<string, Chain>();
  const listeners = new Set<(event: ReviewEvent) => void>();
  let place: string | null = null;
  const chainOf = (uid: string): Chain => {
    let chain = chains.get(uid);
    if (chain === undefined) {
      chain = { events: [], states: new Map() };
      chains.set(uid, chain);
    }
    return chain;
  };
  const take = (entries: readonly StoredEntry[]): void => {
    for (const { chain, sequence, entry, fingerprint } of entries) {
      const { events } = chainOf(chain);
      // Known already, or its predecessor comes with the next reading.
      if (sequence !== events.length + 1) continue;
      const event = { ...JSON.parse(entry), fingerprint } as ReviewEvent;
      events.push(event);
      for (const listener of listeners) listener(event);
    }
  };
  const refresh = async (): Promise<void> => {
    const news = await store.since(place);
    take(news.entries.sort((a, b) => a.sequence - b.sequence));
    place = news.place;
  };
  const catchUp = async (uid: string): Promise<void> => {
    take(await store.read(uid, chainOf(uid).events.length + 1));
  };
  await refresh();

  const stateOf = <S>(fold: Fold<S>, uid: string): S => {
    const id = uid.slice(uid.indexOf(':') + 1);
    const chain = chains.get(uid);
    if (chain === undefined || chain.events.length === 0) return fold.start(id);
    // One fold has one type of state: the map is keyed by the fold itself.
    const cached = chain.states.get(fold as Fold<unknown>) as
      | { length: number; state: S }
      | undefined;
    if (cached?.length === chain.events.length) return cached.state;
    let state = cached?.state ?? fold.start(id);
    for (const event of chain.events.slice(cached?.length ?? 0)) state = fold.apply(state, event);
    chain.states.set(fold as Fold<unknown>, { length: chain.events.length, state });
    return state;
  };

  return {
    tenant,
    now,
    /** Reads what other processes wrote; cheap when nothing is new. */
    refresh,
    onRecorded(listener: (event: ReviewEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Lets go of histories that were erased from the store. */
    forget(uids: Iterable<string>): void {
      for (const uid of uids) chains.delete(uid);
    },
    history: (kind: StreamKind, id: string): readonly ReviewEvent[] =>
      chains.get(`${kind}:${id}`)?.events ?? [],
    has: (kind: StreamKind, id: string): boolean =>
      (chains.get(`${kind}:${id}`)?.events.length ?? 0) > 0,
    state: <S>(fold: Fold<S>, kind: StreamKind, id: string): S => stateOf(fold, `${kind}:${id}`),
    /** Ids of all objects of a kind that have a history. */
    *ids(kind: StreamKind): Generator<string> {
      for (const [uid, chain] of chains)
        if (uid.startsWith(`${kind}:`) && chain.events.length > 0) yield uid.slice(kind.length + 1);
    },
    /** States of all objects of a kind that have a history. */
    *all<S>(fold: Fold<S>, kind: StreamKind): Generator<S> {
      for (const [uid, chain] of chains)
        if (uid.startsWith(`${kind}:`) && chain.events.length > 0) yield stateOf(fold, uid);
    },
    /**
     * Decides on the newest state and writes the step, or neither. `expected` is the sequence that the
     * reviewer saw; null when it does not matter (a note). Throws ERR_REVIEW_CONFLICT with what changed.
     */
    async record<S>(
      fold: Fold<S>,
      kind: StreamKind,
      id: string,
      by: Reviewer,
      expected: number | null,
      decide: (state: S) => Step,
    ): Promise<S> {
      const uid = `${kind}:${id}`;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        if (isShared || attempt > 0) await catchUp(uid);
        const { events } = chainOf(uid);
        if (expected !== null && expected !== events.length) throw conflict(events, expected);
        const step = decide(stateOf(fold, uid));
        const event = toEvent(tenant, uid, step, by, events.at(-1), events.length + 1, now());
        const { fingerprint, ...rest } = event;
        const entry = canonicalJson(rest);
        const stored = { chain: uid, sequence: event.sequence, fingerprint, entry };
        if (!(await store.append(stored))) continue;
        take([stored]);
        return stateOf(fold, uid);
      }
      throw new AppError('ERR_REVIEW_CONFLICT', 'Too many changes at once; try again.');
    },
  };
}

function toEvent(
  authorityUid: string,
  chainUid: string,
  step: Step,
  by: Reviewer,
  previous: ReviewEvent | undefined,
  sequence: number,
  at: number,
): ReviewEvent {
  const event = {
    authorityUid,
    chainUid,
    uid: randomUUID(),
    typeUid: `${chainUid.slice(0, chainUid.indexOf(':'))}.${step.type}`,
    sequence,
    // A clock that runs back must not reorder a history.
    time: Math.max(at, previous?.time ?? 0),
    by: { accountId: by.accountId, name: by.name, person: by.person, role: by.role },
    reason: step.reason ?? null,
    data: step.data ?? {},
    prevEvent:
      previous === undefined
        ? null
        : { uid: previous.uid, typeUid: previous.typeUid, fingerprint: previous.fingerprint },
  };
  return { ...event, fingerprint: fingerprintOf(canonicalJson(event)) };
}

const conflict = (events: readonly ReviewEvent[], expected: number): AppError =>
  new AppError('ERR_REVIEW_CONFLICT', 'Somebody else was first; look at what changed.', {
    sequence: events.length,
    changes: events
      .slice(expected)
      .map(({ typeUid, time, by }) => ({ kind: typeUid, at: time, by: by.name })),
  });

/** Sequence that a reviewer must name before changing something. Throws ERR_REVIEW_NEEDS_SEQUENCE. */
export function needSequence(sequence: number | null): number {
  if (sequence !== null) return sequence;
  throw new AppError(
    'ERR_REVIEW_NEEDS_SEQUENCE',
    'Say which state you saw: send If-Match or sequence.',
  );
}
