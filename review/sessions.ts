import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Role } from '../domain/review.ts';
import type { Account, Accounts } from './accounts.ts';
import type { Reviewer } from './reviewer.ts';

/** One sign-in, kept on the server; the browser holds nothing but its secret. */
export type Session = {
  accountId: string;
  role: Role;
  method: 'local' | 'oidc';
  csrfToken: string;
  signedInAt: number;
  /** When the password or the provider was last asked. */
  freshAt: number;
  seenAt: number;
  expiresAt: number;
  /** Of the provider: for a logout that comes from there. */
  provider: { subject: string; sid: string | null; idToken: string | null } | null;
};
export type SessionRow = { idHash: string; session: string; expiresAt: number; isEnded: boolean };
export type SessionStore = {
  save(row: SessionRow): Promise<void>;
  get(idHash: string): Promise<SessionRow | null>;
  open(now: number): Promise<SessionRow[]>;
};
export type SessionLimits = { idleMs: number; absoluteMs: number; freshMs: number };
export const SESSION_LIMITS: SessionLimits = {
  idleMs: 15 * 60_000,
  absoluteMs: 8 * 3_600_000,
  freshMs: 5 * 60_000,
};
/** How often activity is written down: a restart forgets at most this much of it. */
const SEEN_EVERY_MS = 60_000;

export type Sessions = Awaited<ReturnType<typeof openSessions>>;
type Options = {
  now?: () => number;
  limits?: SessionLimits;
  /** Other processes end sessions as well: ask the store every time. */
  isShared?: boolean;
};

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
const newSecret = (): string => randomBytes(32).toString('base64url');

/** Sessions that end at once when told to, wherever their cookie is. */
export async function openSessions(store: SessionStore, accounts: Accounts, options: Options = {}) {
  const { now = Date.now, limits = SESSION_LIMITS, isShared = false } = options;
  const cache = new Map<string, Session>();
  const written = new Map<string, number>();
  /** Ended here: a request that was on its way must not bring one back. */
  const ended = new Set<string>();
  const save = async (idHash: string, session: Session, isEnded = false): Promise<void> => {
    if (isEnded) {
      ended.add(idHash);
      cache.delete(idHash);
    }
    await store.save({
      ...{ idHash, isEnded, expiresAt: session.expiresAt },
      session: JSON.stringify(session),
    });
    written.set(idHash, session.seenAt);
    if (!ended.has(idHash)) cache.set(idHash, session);
  };
  for (const row of await store.open(now())) cache.set(row.idHash, JSON.parse(row.session));

  const load = async (idHash: string): Promise<Session | null> => {
    const cached = cache.get(idHash);
    if (!isShared) return cached ?? null;
    const row = await store.get(idHash);
    if (row === null || row.isEnded) {
      cache.delete(idHash);
      return null;
    }
    const session = JSON.parse(row.session) as Session;
    return { ...session, seenAt: Math.max(session.seenAt, cached?.seenAt ?? 0) };
  };
  const rowsOf = async (matches: (session: Session) => boolean): Promise<[string, Session][]> => {
    const rows = isShared
      ? (await store.open(now())).map((r): [string, Session] => [r.idHash, JSON.parse(r.session)])
      : [...cache];
    return rows.filter(([, session]) => matches(session));
  };
  const endAll = async (matches: (session: Session) => boolean): Promise<number> => {
    const found = await rowsOf(matches);
    for (const [idHash, session] of found) await save(idHash, session, true);
    return found.length;
  };

  return {
    limits,
    /** A new secret for every sign-in: one that was there before is worth nothing. */
    async start(
      account: Account,
      method: Session['method'],
      provider: Session['provider'] = null,
      authenticatedAt: number | null = null,
    ): Promise<{ secret: string; session: Session }> {
      const [role] = account.roles;
      if (role === undefined)
        throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'This account has no role here.');
      const at = now();
      const session: Session = {
        ...{ accountId: account.accountId, role, method, provider, csrfToken: newSecret() },
        ...{
          signedInAt: at,
          freshAt: Math.min(at, authenticatedAt ?? at),
          seenAt: at,
          expiresAt: at + limits.absoluteMs,
        },
      };
      const secret = newSecret();
      await save(hashOf(secret), session);
      return { secret, session };
    },
    /** The session behind a secret, when it, its account and its role still count; null otherwise. */
    async find(secret: string): Promise<{ session: Session; account: Account } | null> {
      const idHash = hashOf(secret);
      const session = await load(idHash);
      if (session === null) return null;
      const at = now();
      if (at >= session.expiresAt || at - session.seenAt >= limits.idleMs) return null;
      const account = accounts.get(session.accountId);
      if (account === null || account.isDisabled || !account.roles.includes(session.role))
        return null;
      const seen = { ...session, seenAt: at };
      if (ended.has(idHash)) return null;
      cache.set(idHash, seen);
      if (at - (written.get(idHash) ?? 0) >= SEEN_EVERY_MS) await save(idHash, seen);
      return { session: seen, account };
    },
    /** Whether a session still counts, without counting as activity. */
    async isAlive(secret: string): Promise<boolean> {
      const session = await load(hashOf(secret));
      if (session === null) return false;
      const at = now();
      const account = accounts.get(session.accountId);
      const isOpen = at < session.expiresAt && at - session.seenAt < limits.idleMs;
      return isOpen && account?.isDisabled === false && account.roles.includes(session.role);
    },
    /** After a fresh sign-in: the same session under a new secret, the old one ended. */
    async renew(secret: string, session: Session): Promise<{ secret: string; session: Session }> {
      const next = { ...session, freshAt: now(), csrfToken: newSecret() };
      const nextSecret = newSecret();
      await save(hashOf(nextSecret), next);
      await save(hashOf(secret), session, true);
      return { secret: nextSecret, session: next };
    },
    async switchRole(
      secret: string,
      session: Session,
      role: Role,
    ): Promise<{ secret: string; session: Session }> {
      const next = { ...session, role, csrfToken: newSecret() };
      const nextSecret = newSecret();
      await save(hashOf(nextSecret), next);
      await save(hashOf(secret), session, true);
      return { secret: nextSecret, session: next };
    },
    async end(secret: string): Promise<void> {
      const session = await load(hashOf(secret));
      if (session !== null) await save(hashOf(secret), session, true);
    },
    endOfAccount: (accountId: string): Promise<number> =>
      endAll((session) => session.accountId === accountId),
    /** Sessions that a provider has ended: of one sign-in there, or all of a person. */
    endOfProvider: (subject: string | null, sid: string | null): Promise<number> =>
      endAll(
        ({ provider }) =>
          provider !== null && (sid === null ? provider.subject === subject : provider.sid === sid),
      ),
    async countOf(accountId: string): Promise<number> {
      return (await rowsOf((session) => session.accountId === accountId)).length;
    },
    isFresh: (session: Session): boolean => now() - session.freshAt <= limits.freshMs,
  };
}

/** The account in its role of this session, as use cases see it. */
export const reviewerOf = (account: Account, role: Role | 'service'): Reviewer => ({
  ...{ accountId: account.accountId, name: account.name, role, person: account.person },
  ...{ actors: account.actors, persons: account.persons },
});
