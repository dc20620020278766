import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { soon, Trial } from '../../../test/contract/trial.js';
import { startFake } from '../kit/fake.js';
import type { Target } from '../kit/target.js';
import { adapter } from './adapter.js';

const secret = 'ein-sehr-geheimes-wort';
const hour = 3_600_000;

let provider: Target;
let target: Target;
/** Tokens that the target takes. */
let valid: Set<string>;
/** How the provider answers when it is well. */
let refusal: { status: number; body: { error: string } } | undefined;

beforeEach(async () => {
  valid = new Set();
  refusal = undefined;
  provider = await startFake(
    () => {
      const token = `token-1234567890-${crypto.randomUUID()}`;
      if (refusal) return refusal;
      valid.add(token);
      return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: 3600 } };
    },
    (url) => ({ url }),
  );
  target = await startFake(
    ({ method, path, headers }, effects) => {
      if (!valid.has(String(headers.authorization).replace('Bearer ', ''))) return { status: 401 };
      if (method === 'GET')
        return { status: effects.includes(path.split('/').at(-1)!) ? 200 : 404, body: { reference: 'r' } };
      const key = String(headers['idempotency-key']);
      if (!effects.includes(key)) effects.push(key);
      return { status: 201, body: { reference: 'r' } };
    },
    (url) => ({ url }),
  );
});
afterEach(() => Promise.all([provider.close(), target.close()]));

const trial = (more = {}) =>
  new Trial(adapter, {
    'rest.baseUrl': target.values['url']!,
    'rest.authentication': 'oauth2',
    'rest.oauthUrl': `${provider.values['url']}/token`,
    'rest.clientId': 'stellwerk',
    'rest.clientSecret': secret,
    ...more,
  });

test('a token is asked for once, however many calls need it, and kept', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => trial().attempt()));
  expect(answers.map(({ kind }) => kind)).toEqual(Array(10).fill('delivered'));
  await trial().attempt();
  await trial().check();
  expect(provider.calls).toBe(1);
});

test('a token is kept until a minute before its end', async () => {
  await trial().attempt();
  const begun = Date.now();
  const at = (ms: number) => trial().attempt({ now: () => new Date(begun + ms) });
  await at(hour - 65_000);
  expect(provider.calls).toBe(1);
  await at(hour - 55_000);
  expect(provider.calls).toBe(2);
});

test('another secret, scope or client is another token', async () => {
  await trial().attempt();
  for (const more of [{ 'rest.clientSecret': 'anderes' }, { 'rest.scope': 's' }, { 'rest.clientId': 'c' }])
    await trial(more).attempt();
  expect(provider.calls).toBe(4);
});

test('P2 a token that has run out in the middle is renewed within the call: one effect', async () => {
  await trial().attempt();
  valid.clear();
  const tried = trial();
  expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
  expect([provider.calls, target.effects.filter((key) => key === tried.key)]).toEqual([2, [tried.key]]);
  valid.clear();
  expect(await tried.find()).toMatchObject({ kind: 'delivered' });
});

test('a target that takes no token at all is asked twice, no more', async () => {
  const tried = trial();
  target.trouble({ kind: 'unauthorized' });
  expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'rest.clientSecret' });
  expect([provider.calls, target.calls]).toEqual([2, 2]);
});

test.each([
  ['invalid_client', 401, 'rest.clientSecret'],
  ['unauthorized_client', 400, 'rest.clientSecret'],
  ['invalid_scope', 400, 'rest.scope'],
  ['invalid_target', 400, 'rest.audience'],
  ['', 404, 'rest.oauthUrl'],
])('the provider’s %s (HTTP %i) is a wrong setting: %s', async (error, status, parameter) => {
  refusal = { status, body: { error } };
  const tried = trial();
  expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter });
  expect((await tried.check()).filter(({ ok }) => !ok)).toMatchObject([{ step: 'authenticate', parameter }]);
  expect([tried.checkpoints.size, target.calls]).toEqual([0, 0]);
});

test.each(['down', 'hang', 'busy', 'garbage', 'huge', 'bomb'] as const)(
  'P2 a provider in trouble („%s“) means later, without doubt and without a word to the target',
  async (kind) => {
    provider.trouble({ kind });
    const tried = trial();
    expect(await tried.attempt({ deadline: soon(1_000) })).toMatchObject({ kind: 'later' });
    expect((await tried.check({ deadline: soon(1_000) })).find(({ ok }) => !ok)).toMatchObject({
      parameter: 'rest.oauthUrl',
    });
    expect([tried.checkpoints.size, target.calls]).toEqual([0, 0]);
  },
);

test.each(['down', 'hang', 'busy', 'garbage'] as const)(
  'P2 a provider that is in trouble („%s“) when a token must be renewed leaves no doubt: the target has done nothing',
  async (kind) => {
    await trial().attempt();
    valid.clear();
    provider.trouble({ kind });
    const tried = trial();
    expect(await tried.attempt({ deadline: soon(1_000) })).toMatchObject({ kind: 'later' });
    provider.trouble({ kind: 'none' });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(target.effects.filter((key) => key === tried.key)).toEqual([tried.key]);
  },
);

test('a call that shared the question does not end with the one that asked', async () => {
  provider.trouble({ kind: 'hang' });
  const first = trial().attempt({ deadline: soon(700) });
  const second = trial().attempt();
  provider.onCall = () => provider.trouble({ kind: 'none' });
  expect(await first).toMatchObject({ kind: 'later' });
  expect(await second).toMatchObject({ kind: 'delivered' });
});

test('P3 neither token nor secret, plain or encoded, is repeated by anybody', async () => {
  const tried = trial();
  await tried.attempt();
  const answers: unknown[] = [];
  for (const trouble of [{ kind: 'refuse' }, { kind: 'unauthorized' }, { kind: 'status', status: 409 }] as const) {
    target.trouble(trouble);
    answers.push(await trial().attempt(), await trial().check());
    provider.trouble(trouble);
    answers.push(await trial({ 'rest.scope': trouble.kind }).attempt());
    provider.trouble({ kind: 'none' });
  }
  const said = JSON.stringify([answers, tried.logs]);
  expect(said).toContain('[…]');
  for (const word of [secret, btoa(`stellwerk:${secret}`), 'token-']) expect(said).not.toContain(word);
});

test('the secret goes into the form where the provider wants it there', async () => {
  await trial({ 'rest.clientAuthentication': 'post', 'rest.scope': 'steuer', 'rest.audience': 'urn:x' }).attempt();
  expect(Object.fromEntries(new URLSearchParams(provider.writes[0]!.bytes.toString()))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'stellwerk',
    client_secret: secret,
    scope: 'steuer',
    audience: 'urn:x',
  });
});
