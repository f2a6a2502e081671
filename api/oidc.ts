import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { ROLES, type Role } from '../domain/review.ts';

export type OidcSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider sends the browser back to. */
  redirectUri: string;
  /** Claim with roles or groups, and what each of its values means here. */
  rolesClaim: string;
  roles: Readonly<Record<string, Role>>;
  /** Claim that is the same for all accounts of one person; without it four eyes are refused. */
  personClaim: string;
  /** Claim with the account name in the logs, for conflicts of interest. */
  actorClaim: string;
  /** A provider without TLS: for tests on this machine alone. */
  isInsecure?: boolean;
};
/** Kept on the server between leaving for the provider and coming back. */
export type OidcAttempt = { state: string; nonce: string; verifier: string; isStepUp: boolean };
export type OidcPerson = {
  subject: string;
  name: string;
  roles: Role[];
  person: string | null;
  actorId: string | null;
  sid: string | null;
  idToken: string | null;
  /** When the provider last asked for a password, epoch ms. */
  authenticatedAt: number;
};
export type OidcClient = Awaited<ReturnType<typeof openOidc>>;

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a logout token may be. */
const LOGOUT_AGE = '2 minutes';

/** Discovers a provider. Tokens stay here; the browser gets a session of ours. */
export async function openOidc(settings: OidcSettings) {
  const { issuer, clientId, clientSecret, redirectUri, isInsecure = false } = settings;
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    client.ClientSecretPost(clientSecret),
    isInsecure ? { execute: [client.allowInsecureRequests] } : {},
  );
  const { jwks_uri: jwksUri } = config.serverMetadata();
  const keys = jwksUri === undefined ? null : createRemoteJWKSet(new URL(jwksUri));
  const seen = new Map<string, number>();
  return {
    issuer,
    /** The address to go to, and what must be remembered until the return. */
    async start(isStepUp: boolean): Promise<{ url: string; attempt: OidcAttempt }> {
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        isStepUp,
      };
      const url = client.buildAuthorizationUrl(config, {
        ...{ redirect_uri: redirectUri, scope: 'openid profile', state: attempt.state },
        ...{ nonce: attempt.nonce, code_challenge_method: 'S256' },
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        ...(isStepUp ? { max_age: '0', prompt: 'login' } : {}),
      });
      return { url: url.href, attempt };
    },
    /** Who came back; throws when state, nonce, issuer, audience or time do not fit. */
    async finish(query: string, attempt: OidcAttempt): Promise<OidcPerson> {
      const back = new URL(redirectUri);
      back.search = query;
      const tokens = await client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
        ...(attempt.isStepUp ? { maxAge: 60 } : {}),
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('no id token');
      const more =
        config.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return toPerson(settings, { ...more, ...claims }, tokens.id_token ?? null);
    },
    /**
     * Checks a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6): signed, for us, recent,
     * with the event and without a nonce, and not seen before.
     */
    async readLogout(token: string): Promise<{ subject: string | null; sid: string | null }> {
      if (keys === null) throw new Error('the provider publishes no keys');
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer: config.serverMetadata().issuer, audience: clientId, maxTokenAge: LOGOUT_AGE },
      });
      const events = payload['events'];
      const hasEvent = typeof events === 'object' && events !== null && LOGOUT_EVENT in events;
      const { jti, sub = null } = payload;
      const sid = typeof payload['sid'] === 'string' ? payload['sid'] : null;
      if (!hasEvent || payload['nonce'] !== undefined || jti === undefined || (sub ?? sid) === null)
        throw new Error('not a logout token');
      if (seen.has(jti)) throw new Error('logout token used twice');
      if (seen.size > 10_000) seen.clear();
      seen.set(jti, Date.now());
      return { subject: sub, sid };
    },
  };
}

function toPerson(
  { roles, rolesClaim, personClaim, actorClaim }: OidcSettings,
  claims: Record<string, unknown> & { sub: string },
  idToken: string | null,
): OidcPerson {
  const text = (name: string): string | null =>
    typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : null;
  const raw = claims[rolesClaim];
  const given = Array.isArray(raw) ? raw.map(String) : typeof raw === 'string' ? [raw] : [];
  // Unknown values mean nothing: no mapping, no access.
  const known = new Set(given.map((g) => (Object.hasOwn(roles, g) ? roles[g] : undefined)));
  return {
    ...{ subject: claims.sub, name: text('name') ?? claims.sub, idToken, sid: text('sid') },
    roles: ROLES.filter((role) => known.has(role)),
    ...{ person: text(personClaim), actorId: text(actorClaim) },
    authenticatedAt: Number(claims['auth_time'] ?? claims['iat'] ?? 0) * 1000,
  };
}
