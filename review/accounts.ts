import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Role, Scope } from '../domain/review.ts';
import type { Token } from '../domain/token.ts';
import type { Fold, Journal } from './journal.ts';
import type { Reviewer } from './reviewer.ts';

/** An account with which one signs in; its history says who gave it which role. */
export type Account = {
  accountId: string;
  sequence: number;
  login: string;
  name: string;
  kind: 'local' | 'oidc' | 'service';
  roles: Role[];
  scopes: Scope[];
  person: string | null;
  actors: Token[];
  persons: Token[];
  isDisabled: boolean;
  /** scrypt of a password, or SHA-256 of a machine's token, which is random enough; null for OIDC. */
  secret: string | null;
};
type Data = Omit<Account, 'accountId' | 'sequence'>;

export const accountFold: Fold<Account> = {
  start: (accountId) => ({
    ...{ accountId, sequence: 0, login: '', name: '', kind: 'local', roles: [], scopes: [] },
    ...{ person: null, actors: [], persons: [], isDisabled: true, secret: null },
  }),
  apply: (account, event) => ({
    ...account,
    // Written by this file alone: the shape is ours.
    ...(event.data as Partial<Data>),
    sequence: event.sequence,
  }),
};

/** OWASP: N = 2^17, r = 8, p = 1 takes 128 MB and a fifth of a second; written beside each hash. */
const LOG_N = 17;
const BLOCK = 8;
const derive = (password: string, salt: Buffer, logN: number): Promise<Buffer> => {
  const cost = { N: 2 ** logN, r: BLOCK, p: 1, maxmem: 2 ** logN * BLOCK * 160 };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, cost, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
};

/** `scrypt$<log2 N>$<salt>$<key>`, base64url; another cost later leaves old hashes readable. */
export async function hashPassword(password: string, logN = LOG_N): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, logN);
  return `scrypt$${logN}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}
async function fits(password: string, secret: string): Promise<boolean> {
  const [, logN = '', salt = '', key = ''] = secret.split('$');
  const found = await derive(password, Buffer.from(salt, 'base64url'), Number(logN));
  const wanted = Buffer.from(key, 'base64url');
  return wanted.length === found.length && timingSafeEqual(found, wanted);
}
const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
/** 20 letters and digits: over 100 bits, and can be read out. */
export const randomPassword = (): string =>
  randomBytes(40)
    .toString('base64')
    .replace(/[^a-zA-Z2-9]|[lIO]/g, '')
    .slice(0, 20)
    .replace(/(.{5})(?=.)/g, '$1-');

/** What made an account before anybody could: the installation itself. */
export const SYSTEM: Reviewer = {
  ...{ accountId: 'system', name: 'system', role: 'service', person: null },
  ...{ actors: [], persons: [] },
};
const idOf = (kind: string, login: string): string =>
  `${kind[0]}-${createHash('sha256').update(`${kind}:${login}`).digest('base64url').slice(0, 16)}`;

export type Accounts = ReturnType<typeof createAccounts>;
/** Accounts of this installation, kept as histories like everything else. */
export function createAccounts(journal: Journal, logN = LOG_N) {
  const get = (accountId: string): Account | null =>
    journal.has('account', accountId) ? journal.state(accountFold, 'account', accountId) : null;
  const create = async (
    by: Reviewer,
    data: Omit<Data, 'isDisabled'>,
    reason: string | null = null,
  ): Promise<Account> =>
    journal.record(accountFold, 'account', idOf(data.kind, data.login), by, null, (account) => {
      if (account.sequence > 0)
        throw new AppError('ERR_REVIEW_TRANSITION', 'An account of that name is there already.');
      return { type: 'created', reason, data: { ...data, isDisabled: false } };
    });
  // Takes as long as a real one, so that timing does not tell which accounts exist.
  let decoy: Promise<string> | null = null;
  return {
    get,
    all: (): Account[] => [...journal.all(accountFold, 'account')],
    hashPassword: (password: string): Promise<string> => hashPassword(password, logN),
    isEmpty: (): boolean => journal.all(accountFold, 'account').next().done === true,
    create,
    /** Other roles, or disabled. Nobody gives roles to their own person. */
    async change(
      by: Reviewer,
      accountId: string,
      change: Partial<Pick<Account, 'roles' | 'isDisabled' | 'secret'>>,
    ): Promise<Account> {
      const account = get(accountId);
      if (account === null) throw new AppError('ERR_REVIEW_ABSENT', 'There is no such account.');
      const isOwn =
        account.accountId === by.accountId || (by.person !== null && account.person === by.person);
      if (isOwn && change.roles !== undefined)
        throw new AppError('ERR_REVIEW_SAME_PERSON', 'Somebody else gives you roles.');
      return journal.record(accountFold, 'account', accountId, by, account.sequence, () => ({
        type: 'changed',
        data: change,
      }));
    },
    /** The account when the password fits and it may sign in; null otherwise, after equal time. */
    async verify(login: string, password: string): Promise<Account | null> {
      const account = get(idOf('local', login));
      decoy ??= hashPassword(randomBytes(16).toString('hex'), logN);
      const isRight = await fits(password, account?.secret ?? (await decoy));
      return isRight && account !== null && account.secret !== null && !account.isDisabled
        ? account
        : null;
    },
    /** A machine's token, shown once, and its account. */
    async createService(
      by: Reviewer,
      { login, name, scopes }: Pick<Account, 'login' | 'name' | 'scopes'>,
    ): Promise<{ account: Account; secret: string }> {
      const id = idOf('service', login);
      const secret = `${id}.${randomBytes(32).toString('base64url')}`;
      const account = await create(by, {
        ...{ login, name, scopes, kind: 'service', roles: [], person: null },
        ...{ actors: [], persons: [], secret: hashToken(secret) },
      });
      return { account, secret };
    },
    /** The service account behind a bearer token, or null. */
    byToken(token: string): Account | null {
      const account = get(token.slice(0, token.indexOf('.')));
      if (account?.kind !== 'service' || account.isDisabled || account.secret === null) return null;
      const [a, b] = [Buffer.from(hashToken(token)), Buffer.from(account.secret)];
      return a.length === b.length && timingSafeEqual(a, b) ? account : null;
    },
    /** The account of somebody who came through the identity provider; roles follow its claims. */
    async fromProvider(
      subject: string,
      claims: Pick<Account, 'name' | 'roles' | 'person' | 'actors' | 'persons'>,
    ): Promise<Account> {
      const known = get(idOf('oidc', subject));
      if (known === null)
        return create(SYSTEM, {
          ...claims,
          login: subject,
          kind: 'oidc',
          scopes: [],
          secret: null,
        });
      const isSame =
        JSON.stringify([known.name, known.roles, known.person, known.actors]) ===
        JSON.stringify([claims.name, claims.roles, claims.person, claims.actors]);
      if (isSame) return known;
      return journal.record(accountFold, 'account', known.accountId, SYSTEM, null, () => ({
        type: 'changed',
        data: claims,
      }));
    },
  };
}
