import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { OidcSettings } from '../api/oidc.ts';
import { AppError } from '../domain/errors.ts';
import { Role } from '../domain/review.ts';

/** The review service. */
export const Api = z.strictObject({
  /** Requests per minute and reviewer; 0 takes the limit off, for measurements. */
  perMinute: z.int().min(0).max(1_000_000).default(600),
  /** Names under which the page may be reached besides IP addresses and localhost. */
  hostNames: z.array(z.string().regex(/^[a-z0-9.-]{1,253}$/)).default([]),
  /** TLS stands in front: `__Host-` cookies and HSTS. */
  isSecure: z.boolean().default(false),
});

/** Sign-in through an identity provider (OpenID Connect). */
export const Oidc = z.strictObject({
  issuer: z.url({ protocol: /^https$/ }),
  clientId: z.string().min(1),
  /** File with the secret of the client, readable by this process alone. */
  clientSecretFile: z.string().min(1),
  redirectUri: z.url(),
  rolesClaim: z.string().default('groups'),
  /** Value of the claim to role; values that are not here give no access. */
  roles: z.record(z.string(), Role),
  /** The same for all accounts of one person; without it four eyes are refused. */
  personClaim: z.string().default('employee_number'),
  /** Account name in the logs, for conflicts of interest. */
  actorClaim: z.string().default('preferred_username'),
});

/** Messages without identities, by SMTP. */
export const Mail = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(587),
  user: z.string().optional(),
  passwordFile: z.string().optional(),
  from: z.email(),
});
export type Mail = z.infer<typeof Mail>;

const secretIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      `The secret file ${file} cannot be read.`,
      { file },
      cause,
    );
  }
};

export function oidcOf({ clientSecretFile, ...rest }: z.infer<typeof Oidc>): OidcSettings {
  return { ...rest, clientSecret: secretIn(clientSecretFile) };
}
export const mailOf = ({ passwordFile, user, ...rest }: Mail) => ({
  ...rest,
  ...(user === undefined || passwordFile === undefined
    ? {}
    : { auth: { user, pass: secretIn(passwordFile) } }),
});
