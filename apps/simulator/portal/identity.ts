import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';
import { developmentClaim } from '#access/authenticate.js';
import type { Identity } from '#access-log/person.js';
import { developmentSecret } from '#settings/stage.js';
import { keptOrMade } from '../world/kept.js';
import { authors, clients, type DevelopmentClient, stellwerkClient } from './clients.js';

/** Seconds that a token is valid. */
const lifetime = 3600;
const resource = 'urn:stellwerk';
const byName = new Map([...clients, ...authors].map((client) => [client.name, client]));

/**
 * The identity provider (RFC 6749 client credentials, RFC 9068 JWT access tokens), to be mounted at the issuer's path.
 */
export async function openIdentity(issuer: string, audience: string, keyFile: string, pseudonymOf: PseudonymOf) {
  const provider = new Provider(issuer, {
    adapter: NoStorage,
    jwks: { keys: [await signingKey(keyFile)] },
    cookies: { keys: ['simulator'] },
    clients: [...clients, ...authors, stellwerkClient].map(({ name }) => ({
      client_id: name,
      client_secret: developmentSecret(name),
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    scopes: ['submissions'],
    ttl: { ClientCredentials: lifetime },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (context: Context) => resourceServer(context, audience),
      },
    },
    extraTokenClaims: (context: Context) => (isStellwerk(context) ? {} : claimsOf(clientOf(context), pseudonymOf)),
  });
  return provider.callback();
}

interface Context {
  oidc: { client: { clientId: string }; params: Record<string, string | undefined> };
}

const isStellwerk = ({ oidc }: Context) => oidc.client.clientId === stellwerkClient.name;
const clientOf = ({ oidc }: Context) => byName.get(oidc.client.clientId)!;

/**
 * A portal gets the scope `submissions` without asking for it; Stellwerk's tokens are good for the Fachverfahren only.
 */
function resourceServer(context: Context, stellwerk: string) {
  const own = isStellwerk(context);
  const audience = own ? stellwerkClient.audience : stellwerk;
  const scope = !own && clientOf(context).role === 'portal' ? 'submissions' : '';
  if (scope) context.oidc.params['scope'] ??= scope;
  return { scope, audience, accessTokenFormat: 'jwt', accessTokenTTL: lifetime, jwt: { sign: { alg: 'RS256' } } };
}

type PseudonymOf = (person: Identity) => Promise<string>;

async function claimsOf({ role, regions, adapters, person }: DevelopmentClient, pseudonymOf: PseudonymOf) {
  return {
    [developmentClaim]: true,
    stellwerk_role: role,
    ...(regions.length > 0 && { stellwerk_regions: regions }),
    ...(adapters && { stellwerk_adapters: adapters }),
    ...(person && { stellwerk_person: await pseudonymOf(person) }),
  };
}

/** Kept over restarts, so that tokens stay valid. */
const signingKey = (file: string): Promise<JWK> =>
  keptOrMade(file, async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: crypto.randomUUID() };
  });

/** JWT access tokens need no storage, and the simulator issues nothing else. */
class NoStorage {
  async upsert() {}
  async find() {}
  async findByUserCode() {}
  async findByUid() {}
  async consume() {}
  async destroy() {}
  async revokeByGrantId() {}
}
