import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import { Problem } from '#problems/problem.js';
import type { Settings } from '#settings/settings.js';
import { type Principal, pseudonymPattern, regionsOf, roles } from './rights.js';
import { texts } from './texts.js';

export interface Trust {
  issuer: string;
  audience: string;
  /** Media types, without `application/`, that the header `typ` of an access token may name (RFC 9068 §2.1). */
  types: string[];
  /** Seconds that a token may be valid altogether. */
  longestLifetime: number;
  /** Whether tokens of the simulator's development clients, whose secrets everybody knows, count. */
  developmentClients: boolean;
  /** Source of the issuer's keys; by default its discovery document (OpenID Connect Discovery 1.0 §4). */
  jwks?: JWTVerifyGetKey;
}

/** The trust that an application's settings put into tokens. */
export const trustOf = ({
  issuer,
  OIDC_AUDIENCE,
  OIDC_TOKEN_TYPES,
  OIDC_LONGEST_LIFETIME,
  stage,
}: TrustSettings): Trust => ({
  issuer,
  audience: OIDC_AUDIENCE,
  types: OIDC_TOKEN_TYPES,
  longestLifetime: OIDC_LONGEST_LIFETIME,
  developmentClients: stage !== 'production',
});

type TrustSettings = Pick<
  Settings,
  'issuer' | 'OIDC_AUDIENCE' | 'OIDC_TOKEN_TYPES' | 'OIDC_LONGEST_LIFETIME' | 'stage'
>;

/** The claim, `true`, in every token of the simulator, under whatever address it issues them. */
export const developmentClaim = 'stellwerk_development';

const claims = z.object({
  client_id: z.string().min(1),
  scope: z.string().default(''),
  stellwerk_role: z.enum(roles),
  [developmentClaim]: z.boolean().default(false),
  stellwerk_person: z.string().regex(pseudonymPattern).optional(),
  stellwerk_regions: z.array(z.string().regex(/^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$/)).default([]),
  stellwerk_adapters: z.array(z.string().min(1)).default([]),
});

/**
 * Reads the principal from the `Authorization` header (RFC 6750, JWT access token).
 * @throws Problem `unauthenticated` (401 with `WWW-Authenticate`), or `unavailable` if the issuer's keys could never be
 *   fetched
 */
export async function authenticate(header: string | undefined, trust: Trust): Promise<Principal> {
  const token = /^Bearer +([\w\-.~+/]+=*)$/i.exec(header ?? '')?.[1];
  if (!token) throw refused('noToken');
  return verifiedFor(trust).get(token) ?? remember(token, trust, await verify(token, trust));
}

function principalOf(payload: JWTPayload, { developmentClients }: Trust): Principal {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) throw refused('unknownClientOrRole', 'invalid_token');
  const { client_id: client, scope, stellwerk_role: role, stellwerk_person: person } = parsed.data;
  const { stellwerk_regions, stellwerk_adapters } = parsed.data;
  if (parsed.data[developmentClaim] && !developmentClients) throw refused('developmentClient', 'invalid_token');
  return {
    client,
    role,
    scopes: scope.split(' ').filter(Boolean),
    regions: regionsOf(role, stellwerk_regions),
    adapters: role === 'fachverfahren' ? stellwerk_adapters : [],
    ...(role === 'person' && person && { person }),
  };
}

/** Recently verified tokens: a portal's token costs one signature check per minute, not one per request. */
const verified = new WeakMap<Trust, Map<string, Principal>>();
const verifiedForMs = 60_000;
const mostTokens = 1_000;

function verifiedFor(trust: Trust): Map<string, Principal> {
  const tokens = verified.get(trust) ?? new Map<string, Principal>();
  verified.set(trust, tokens);
  return tokens;
}

function remember(token: string, trust: Trust, payload: JWTPayload): Principal {
  const principal = principalOf(payload, trust);
  const tokens = verifiedFor(trust);
  const left = Math.min(payload.exp! * 1000 - Date.now(), verifiedForMs);
  if (left <= 0 || tokens.size >= mostTokens) return principal;
  tokens.set(token, principal);
  setTimeout(() => tokens.delete(token), left).unref();
  return principal;
}

async function verify(token: string, trust: Trust): Promise<JWTPayload> {
  const { issuer, audience, jwks } = trust;
  try {
    const keys = jwks ?? (await keysOf(issuer));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: 5,
      algorithms: asymmetric,
    });
    demandAccessToken(payload, protectedHeader.typ, trust);
    return payload;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof errors.JWTExpired) throw refused('tokenExpired', 'invalid_token');
    if (error instanceof errors.JOSEError && !unreachable(error)) throw refused('tokenInvalid', 'invalid_token');
    throw new Problem('unavailable', texts.issuerUnreachable, {}, { 'retry-after': '10' });
  }
}

/** A JWT of another kind is no access token, even where issuer, audience and signature are right; none is for ever. */
function demandAccessToken({ exp = 0, iat = 0 }: JWTPayload, typ: string | undefined, trust: Trust): void {
  const type = (typ ?? '').toLowerCase().replace(/^application\//, '');
  if (!trust.types.some((known) => known.toLowerCase() === type)) throw refused('otherTokenType', 'invalid_token');
  if (exp - iat > trust.longestLifetime) throw refused('tokenTooLong', 'invalid_token');
}

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

function unreachable(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
}

type Refusal =
  | 'noToken'
  | 'unknownClientOrRole'
  | 'developmentClient'
  | 'tokenExpired'
  | 'tokenInvalid'
  | 'otherTokenType'
  | 'tokenTooLong';

function refused(reason: Refusal, error?: string): Problem {
  const challenge = error ? `Bearer realm="stellwerk", error="${error}"` : 'Bearer realm="stellwerk"';
  return new Problem('unauthenticated', texts[reason], {}, { 'www-authenticate': challenge }, reason);
}

const issuers = new Map<string, Promise<{ keys: RemoteJWKSet; refresh(): void }>>();

/**
 * Keys are fetched once and kept while the issuer is down. They are fetched again every ten minutes, and when a token
 * names an unknown key (at most every 30 s).
 */
async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const found = issuers.get(issuer) ?? discover(issuer);
  issuers.set(issuer, found);
  try {
    const { keys, refresh } = await found;
    refresh();
    return keys;
  } catch (error) {
    issuers.delete(issuer);
    throw error;
  }
}

async function discover(issuer: string) {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5000),
  });
  if (!answer.ok) throw new Error(`discovery answered ${answer.status}`);
  const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(await answer.json());
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: 30_000,
  });
  let refreshedAt = performance.now();
  const refresh = () => {
    if (performance.now() - refreshedAt < 600_000) return;
    refreshedAt = performance.now();
    keys.reload().catch(() => {});
  };
  return { keys, refresh };
}
