import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Claims {
  client_id?: string;
  scope?: string;
  stellwerk_role?: string;
  stellwerk_regions?: string[];
  stellwerk_person?: string;
  stellwerk_adapters?: string[];
  stellwerk_development?: boolean;
}

/** The development clients of the simulator, as their tokens describe them. */
export const clients = {
  'service-bw': { scope: 'submissions', stellwerk_role: 'portal' },
  'stadt-stuttgart': { stellwerk_role: 'municipality', stellwerk_regions: ['08111'] },
  'stadt-boeblingen': { stellwerk_role: 'municipality', stellwerk_regions: ['081150003003'] },
  'landkreis-boeblingen': { stellwerk_role: 'coordinator', stellwerk_regions: ['08115'] },
  'land-bw': { stellwerk_role: 'land', stellwerk_regions: ['08'] },
  'fachverfahren-stuttgart': {
    stellwerk_role: 'fachverfahren',
    stellwerk_regions: ['08111'],
    stellwerk_adapters: ['rest', 'echo'],
  },
  operator: { stellwerk_role: 'operator' },
  auditor: { stellwerk_role: 'auditor' },
  'buerger-erika': { stellwerk_role: 'person', stellwerk_person: 'e'.repeat(64) },
} satisfies Record<string, Claims>;

export type Client = keyof typeof clients;

/** An issuer of the test's own: discovery, keys, and tokens as the simulator's provider makes them. */
export async function openIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid: 'test' };
  const server = createServer(async (request, response) => {
    const documents: Record<string, unknown> = {
      '/oidc/.well-known/openid-configuration': {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        token_endpoint: `${issuer}/token`,
      },
      '/oidc/jwks': { keys: [jwk] },
    };
    if (request.method === 'POST') documents['/oidc/token'] = await grant(request.headers.authorization);
    const found = documents[request.url ?? ''];
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oidc`;

  const sign = (claims: Claims, { audience = 'stellwerk', expires = '1h', from = issuer, typ = 'at+jwt' } = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'test', typ })
      .setIssuer(from)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(privateKey);
  /** Knows the development clients, with any secret. */
  async function grant(authorization = '') {
    const [client = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':');
    return client in clients
      ? { access_token: await sign({ client_id: client, ...clients[client as Client] }) }
      : undefined;
  }

  return {
    issuer,
    sign,
    /** The `Authorization` header of a development client. */
    bearer: async (client: Client) => `Bearer ${await sign({ client_id: client, ...clients[client] })}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
