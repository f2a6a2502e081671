import { z } from 'zod';
import { Role, Scope } from '../../domain/review.ts';
import { REGIMES } from '../../review/regime.ts';
import { freeText, Id, Instant, TokenText } from './shapes.ts';

/** How one may sign in here; public. */
export const SignInMethods = z
  .object({
    methods: z.array(z.enum(['local', 'oidc'])),
    /** Where the browser goes for `oidc`; null without it. */
    oidcUrl: z.string().nullable(),
    /** Shown on the sign-in screen: a demo with invented people. */
    isDemo: z.boolean(),
  })
  .meta({ id: 'SignInMethods' });

export const SignIn = z.strictObject({
  account: freeText(1, 128),
  password: z.string().min(1).max(256),
});
export const StepUp = z.strictObject({ password: z.string().min(1).max(256) });
export const SwitchRole = z.strictObject({ role: Role });

export const Session = z
  .object({
    accountId: z.string(),
    name: z.string(),
    /** The role that counts now; one at a time. */
    role: Role,
    roles: z.array(Role),
    method: z.enum(['local', 'oidc']),
    tenant: z.string(),
    /** Goes back in `X-CSRF-Token` with everything that changes something. */
    csrfToken: z.string(),
    signedInAt: Instant,
    /** Ends without activity, and at the latest. */
    idleUntil: Instant,
    expiresAt: Instant,
    /** Until when reveal, export and closing need no new sign-in; may have passed. */
    freshUntil: Instant,
    /** Operations that this role may call, by `operationId`: hides what would be refused. */
    operations: z.array(z.string()),
    /** Acts whose sources this role may search, one in each search; with one there is nothing to choose. */
    regimes: z.array(z.enum(REGIMES)),
  })
  .meta({ id: 'Session' });

export const Account = z
  .object({
    accountId: z.string(),
    login: z.string(),
    name: z.string(),
    kind: z.enum(['local', 'oidc', 'service']),
    roles: z.array(Role),
    scopes: z.array(Scope),
    isDisabled: z.boolean(),
    /** Whether it is known which person this is; without it the account can be no second person. */
    hasPerson: z.boolean(),
    sequence: z.int(),
    /** Open sessions now. */
    sessions: z.int(),
  })
  .meta({ id: 'Account' });
export const Accounts = z.object({ items: z.array(Account) }).meta({ id: 'Accounts' });

export const NewAccount = z.strictObject({
  login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/),
  name: freeText(1, 128),
  roles: z.array(Role).min(1).max(5),
  /** Same text, same person: two accounts of one official share it. */
  person: freeText(1, 128),
  /** Account names of this person in the logs, for conflicts of interest. */
  actorIds: z.array(freeText(1, 128)).max(10).default([]),
});
export const NewServiceAccount = z.strictObject({
  login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/),
  name: freeText(1, 128),
  scopes: z.array(Scope).min(1).max(4),
});
/** The secret, shown once. */
export const AccountCreated = z
  .object({ account: Account, secret: z.string() })
  .meta({ id: 'AccountCreated' });
export const ChangeAccount = z.strictObject({
  roles: z.array(Role).max(5).optional(),
  isDisabled: z.boolean().optional(),
});
export const AccountParams = z.strictObject({ accountId: Id });
export const Reviewers = z
  .object({
    items: z.array(z.object({ accountId: z.string(), name: z.string(), roles: z.array(Role) })),
  })
  .meta({ id: 'Reviewers' });
export const Tokens = z.array(TokenText).min(1).max(50);
