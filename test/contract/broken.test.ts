import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { AdapterContext, Delivery, FachverfahrenAdapter, Manifest } from '#adapters/contract.js';
import type { TargetFixture } from '#adapters/kit/fixture.js';
import { refusalOf } from '#adapters/tools/outcomes.js';
import { root } from '#settings/root.js';
import { canaries } from './samples.js';
import type { Probed } from './subject.js';
import { checksOf } from './suite.js';

interface Target {
  url: string;
  token: string;
}
const parameters = z.object({
  url: z.url().describe('Adresse'),
  token: z.string().describe('Token').meta({ secret: true }),
});
const given = (values: unknown) => parameters.parse(values) as Target;
const bytesOf = (delivery: Delivery, more = {}) => JSON.stringify({ message: delivery.message, ...more });

function post(context: AdapterContext, { url, token }: Target, body: string, key = context.idempotencyKey) {
  const headers = { authorization: token, 'idempotency-key': key };
  return context.http(url, { method: 'POST', headers, body });
}

const ask = (context: AdapterContext, { url, token }: Target, key: string) =>
  context.http(`${url}/${key}`, { headers: { authorization: token } });

const manifest: Manifest & { kind: 'fachverfahren' } = {
  contract: 1,
  id: 'echo',
  version: '1.0.0',
  kind: 'fachverfahren',
  title: 'Probe',
  summary: 'Zur Probe.',
  accepts: ['*'],
  protocols: ['HTTPS'],
  parameters,
  dataCategories: [],
  legalBasis: 'keine',
  capabilities: { find: true, render: true, status: false, idempotentTarget: true },
};

/** An adapter that does everything right, without attachments. */
const honest: FachverfahrenAdapter = {
  manifest,
  async check(context, values) {
    const { status } = await ask(context, given(values), 'nobody');
    if (status === 401) return [{ step: 'authenticate', ok: false, message: 'Nein.', parameter: 'token' }];
    return [{ step: 'connect', ok: status === 404, message: 'Da.' }];
  },
  async deliver(context, delivery, values) {
    const kept = (await context.checkpoint('send', { body: bytesOf(delivery) })) as { body: string };
    const answer = await post(context, given(values), kept.body);
    if (answer.status !== 201) return refusalOf(answer, { credentials: 'token', path: 'url' }, context.now());
    return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
  },
  async find(context, key, values) {
    const answer = await ask(context, given(values), key);
    if (answer.status === 404) return 'absent';
    return { externalReference: (answer.json() as { ref: string }).ref };
  },
  render: async (_, delivery) => [
    { name: 'a.json', mimetype: 'application/json', bytes: Buffer.from(bytesOf(delivery)) },
  ],
};

/** A target that knows keys, or does not. */
const fixture = (knowsKeys = true): TargetFixture => ({
  address: 'echo.url',
  wrongCredentials: { values: { 'echo.token': 'a wrong token' }, blames: 'echo.token' },
  cannot: { attachments: 'It sends none.' },
  start: ({ startFake }) =>
    startFake(
      ({ method, path, headers }, effects) => {
        if (headers.authorization !== 'the right token') return { status: 401 };
        const key = String(headers['idempotency-key'] ?? path.slice(1));
        if (method === 'GET') return effects.includes(key) ? { status: 200, body: { ref: key } } : { status: 404 };
        if (!knowsKeys || !effects.includes(key)) effects.push(key);
        return { status: 201, body: { ref: key } };
      },
      (url) => ({ 'echo.url': url, 'echo.token': 'the right token' }),
    ),
});

const subject = (changes: Partial<FachverfahrenAdapter>, one = fixture()): Probed => ({
  name: 'probe',
  adapter: { ...honest, ...changes },
  folder: join(root, 'libs/adapters/echo'),
  fixture: one,
});

/** The names of the checks that this adapter fails. */
async function failed(one: Probed, only: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checksOf(one).filter((check) => check.name.includes(only))) {
    await Promise.resolve()
      .then(run)
      .catch(() => names.push(name));
  }
  return names;
}

const released = 'its last release took'; // the folder's own, so of another adapter

test('the suite lets an honest adapter pass', async () => {
  const names: string[] = [];
  for (const { name, run } of checksOf(subject({})).filter((check) => !check.name.includes(released)))
    await Promise.resolve()
      .then(run)
      .catch((error: Error) => names.push(`${name}: ${error.message}`));
  expect(names).toEqual([]);
}, 60_000);

const withManifest = (changes: Partial<Manifest>) => ({ manifest: { ...manifest, ...changes } as never });
const forever = () => new Promise<never>(() => {});

describe('the suite catches an adapter that', () => {
  const broken: [string, string, Partial<FachverfahrenAdapter>, TargetFixture?][] = [
    [
      'sends before it checkpoints',
      'keeps what it is about to send before it sends',
      {
        async deliver(context, delivery, values) {
          const answer = await post(context, given(values), bytesOf(delivery));
          await context.checkpoint('sent', {});
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'never checkpoints',
      'killed after any call',
      {
        async deliver(context, delivery, values) {
          const answer = await post(context, given(values), bytesOf(delivery));
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'sends newly rendered bytes when it resumes',
      'resumes with the same bytes',
      {
        async deliver(context, delivery, values) {
          await context.checkpoint('send', {});
          const answer = await post(context, given(values), bytesOf(delivery));
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    ['doubles on the same key', 'same key comes twice', {}, fixture(false)],
    [
      'makes a key of its own for each attempt',
      'killed after any call',
      {
        async deliver(context, delivery, values) {
          await context.checkpoint('send', {});
          const answer = await post(context, given(values), bytesOf(delivery), crypto.randomUUID());
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'sends again at once when the target says that it failed',
      'then says that it failed',
      {
        async deliver(context, delivery, values) {
          await context.checkpoint('send', {});
          const send = () => post(context, given(values), bytesOf(delivery));
          const first = await send();
          const answer = first.status >= 500 ? await send() : first;
          return refusalOf(answer, { credentials: 'token', path: 'url' }, context.now());
        },
      },
      fixture(false),
    ],
    ['ignores the abort signal', 'leaves nothing running', { deliver: forever }],
    ['hangs in check', 'check ends at the deadline', { check: forever }],
    ['hangs in find', 'leaves nothing running', { find: forever }],
    [
      'names a person in an error',
      'neither person nor secret',
      {
        async find() {
          throw new Error(`nobody knows ${canaries[0]}`);
        },
      },
    ],
    [
      'renders something else than it sends',
      'renders what it delivers',
      { render: async () => [{ name: 'a', mimetype: 'application/json', bytes: Buffer.from('{}') }] },
    ],
    [
      'sends another time stamp each time and does not say so',
      'renders what it delivers',
      {
        render: async (_, delivery) => [
          { name: 'a', mimetype: 'a', bytes: Buffer.from(bytesOf(delivery, { at: performance.now() })) },
        ],
      },
    ],
    [
      'takes a disturbed target for an empty one',
      'disturbed target for an empty one',
      {
        async find(context, key, values) {
          const answer = await ask(context, given(values), key);
          if (answer.status !== 200) return 'absent';
          return { externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'calls everything a rejection',
      'takes „busy“ as later',
      {
        async deliver(context, delivery, values) {
          await context.checkpoint('send', {});
          const { status } = await post(context, given(values), bytesOf(delivery));
          return status === 201
            ? { kind: 'delivered', externalReference: 'a' }
            : { kind: 'rejected', reasons: [{ public: 'Nein.' }] };
        },
      },
    ],
    [
      'writes when it is only to look',
      'check says step by step',
      {
        async check(context, values) {
          await post(context, given(values), '{}');
          return [{ step: 'connect', ok: true, message: 'Da.' }];
        },
      },
    ],
    [
      'blames nobody for wrong credentials',
      'check names the parameter when credentials are wrong',
      { check: async () => [{ step: 'connect', ok: false, message: 'Geht nicht.' }] },
    ],
    [
      'loses characters',
      'every character',
      {
        async deliver(context, delivery, values) {
          const body = Buffer.from(bytesOf(delivery), 'latin1').toString('latin1');
          await context.checkpoint('send', {});
          const answer = await post(context, given(values), body.normalize('NFC'));
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'hands over only the fields that it knows',
      'what a register said',
      {
        async deliver(context, { message }, values) {
          const { familienname = null } = message as { familienname?: string };
          const kept = await context.checkpoint('send', { body: JSON.stringify({ familienname }) });
          const answer = await post(context, given(values), (kept as { body: string }).body);
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'hides its secret from the manifest',
      'sounds like one',
      withManifest({ parameters: z.object({ url: z.url().describe('Adresse'), token: z.string().describe('Token') }) }),
    ],
    [
      'promises what it has not',
      'true and complete manifest',
      withManifest({ capabilities: { ...manifest.capabilities, status: true } }),
    ],
    ['takes back a setting', released, withManifest({ parameters })],
    [
      'declares nothing that is volatile, but has it in the fixture',
      'gives a reason',
      {},
      { ...fixture(), volatile: { at: /at/ } },
    ],
    ['leaves out a trouble without a word', 'gives a reason', {}, { ...fixture(), troubles: ['down'] }],
  ];
  for (const [what, caught, changes, one] of broken)
    test(`${what}: „${caught}“`, async () => {
      expect(await failed(subject(changes, one), caught)).not.toEqual([]);
    });
});
