import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { clients, openIssuer } from '../../test/kit/issuer.js';
import { authenticate } from './authenticate.js';

let issuer: Awaited<ReturnType<typeof openIssuer>>;
const trust = (developmentClients = true) => ({
  issuer: issuer.issuer,
  audience: 'stellwerk',
  types: ['at+jwt'],
  longestLifetime: 3600,
  developmentClients,
});
const code = (header: string | undefined, to = trust()) =>
  authenticate(header, to).then(
    () => 'accepted',
    (problem) => problem.code,
  );

beforeAll(async () => {
  issuer = await openIssuer();
});
afterAll(() => issuer.close());

describe('P4 who is asking', () => {
  test('P4 a token says client, role, scopes and regions', async () => {
    expect(await authenticate(await issuer.bearer('service-bw'), trust())).toEqual({
      client: 'service-bw',
      role: 'portal',
      scopes: ['submissions'],
      regions: [],
      adapters: [],
    });
    expect((await authenticate(await issuer.bearer('stadt-stuttgart'), trust())).regions).toEqual(['08111']);
  });

  test('P4 a Fachverfahren speaks for its adapters in its regions, and nobody else for any', async () => {
    const { role, regions, adapters } = await authenticate(await issuer.bearer('fachverfahren-stuttgart'), trust());
    expect([role, regions, adapters]).toEqual(['fachverfahren', ['08111'], ['rest', 'echo']]);
    const operator = { client_id: 'operator', stellwerk_role: 'operator', stellwerk_adapters: ['rest'] };
    expect((await authenticate(`Bearer ${await issuer.sign(operator)}`, trust())).adapters).toEqual([]);
  });

  test('P4 regions count for municipalities and Fachverfahren only', async () => {
    const token = await issuer.sign({ client_id: 'auditor', stellwerk_role: 'auditor', stellwerk_regions: ['08'] });
    expect((await authenticate(`Bearer ${token}`, trust())).regions).toEqual([]);
  });

  test('P4 what is not a token of this issuer for this audience is 401 with a challenge', async () => {
    const claims = { client_id: 'operator', stellwerk_role: 'operator' };
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'test' })
      .setIssuer(issuer.issuer)
      .setAudience('stellwerk')
      .setExpirationTime('1h')
      .sign(privateKey);
    const base64url = (text: string) => Buffer.from(text).toString('base64url');
    const unsigned = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(claims))}.`;
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.issuer)
      .setAudience('stellwerk')
      .setExpirationTime('1h')
      .sign(new Uint8Array(32));
    const headers = [
      undefined,
      '',
      'Basic b3BlcmF0b3I6eA==',
      'Bearer',
      'Bearer x y',
      `Bearer ${forged}`,
      `Bearer ${unsigned}`,
      `Bearer ${symmetric}`,
      `Bearer ${await issuer.sign(claims, { audience: 'other' })}`,
      `Bearer ${await issuer.sign(claims, { from: 'https://other.example' })}`,
      `Bearer ${await issuer.sign(claims, { expires: '-1h' })}`,
      `Bearer ${await issuer.sign({ client_id: 'x' })}`,
      `Bearer ${await issuer.sign({ client_id: 'x', stellwerk_role: 'root' })}`,
      `Bearer ${await issuer.sign({ client_id: 'x', stellwerk_role: 'municipality', stellwerk_regions: ['0'] })}`,
    ];
    for (const header of headers) {
      const problem = await authenticate(header, trust()).catch((error) => error);
      expect([header, problem.code, problem.headers?.['www-authenticate']]).toEqual([
        header,
        'unauthenticated',
        expect.stringMatching(/^Bearer realm="stellwerk"/),
      ]);
    }
  });

  test('P4 a token of another kind is no access token, and none is valid for more than an hour', async () => {
    const operator = { ...clients.operator, client_id: 'operator' };
    const signed = async (options: object) => code(`Bearer ${await issuer.sign(operator, options)}`);
    for (const typ of ['JWT', 'logout+jwt', 'dpop+jwt', ''])
      expect([typ, await signed({ typ })]).toEqual([typ, 'unauthenticated']);
    for (const typ of ['application/at+jwt', 'AT+JWT']) expect([typ, await signed({ typ })]).toEqual([typ, 'accepted']);
    expect(await signed({ expires: '61m' })).toBe('unauthenticated');
    const keycloak = { ...trust(), types: ['JWT'] };
    expect(await code(`Bearer ${await issuer.sign(operator, { typ: 'JWT' })}`, keycloak)).toBe('accepted');
  });

  test('P4 a token of a development client is nothing in production, whoever signed it', async () => {
    const header = `Bearer ${await issuer.sign({ ...clients.operator, client_id: 'x', stellwerk_development: true })}`;
    expect(await code(header)).toBe('accepted');
    expect(await code(header, trust(false))).toBe('unauthenticated');
    expect(await code(await issuer.bearer('operator'), trust(false))).toBe('accepted');
  });

  test('P6 an issuer that was never reached is 503, not 401', async () => {
    expect(await code(await issuer.bearer('operator'), { ...trust(), issuer: 'http://127.0.0.1:9/oidc' })).toBe(
      'unavailable',
    );
  });

  test('tokens are accepted while the issuer is down, once its keys are known', async () => {
    const brief = await openIssuer();
    const to = { ...trust(), issuer: brief.issuer };
    const header = await brief.bearer('operator');
    expect(await code(header, to)).toBe('accepted');
    await brief.close();
    expect(await code(header, to)).toBe('accepted');
  });
});
