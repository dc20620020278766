import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type {
  AdapterContext,
  Delivery,
  FachverfahrenAdapter,
  HttpAnswer,
  Manifest,
  Outcome,
} from '#adapters/contract.js';
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

const echo = join(root, 'libs/adapters/echo');
const subject = (changes: Partial<FachverfahrenAdapter>, one = fixture(), folder = echo): Probed => ({
  name: 'probe',
  adapter: { ...honest, ...changes },
  folder,
  fixture: one,
});

/** A target that has codes in a 200, and an adapter that understands them. */
const coded = (code: string) => () => ({ status: 200, body: { code } });
const inCodes: TargetFixture = {
  ...fixture(),
  words: { busy: coded('BUSY'), refuse: coded('DATA'), unauthorized: coded('WHO'), absent: coded('NONE') },
};
const codeOf = (answer: HttpAnswer) => (answer.json() as { code?: string } | null)?.code;
const meanings: Record<string, Outcome> = {
  BUSY: { kind: 'later', reason: { public: 'Später.' } },
  DATA: { kind: 'rejected', reasons: [{ public: 'Nein.' }] },
  WHO: { kind: 'misconfigured', parameter: 'token', reason: { public: 'Wer?' } },
};
const understanding: Partial<FachverfahrenAdapter> = {
  async check(context, values) {
    const answer = await ask(context, given(values), 'nobody');
    if (answer.status === 401 || codeOf(answer) === 'WHO')
      return [{ step: 'authenticate', ok: false, message: 'Nein.', parameter: 'token' }];
    return [{ step: 'connect', ok: answer.status === 404, message: 'Da.' }];
  },
  async deliver(context, delivery, values) {
    const kept = (await context.checkpoint('send', { body: bytesOf(delivery) })) as { body: string };
    const answer = await post(context, given(values), kept.body);
    if (answer.status === 200) return meanings[codeOf(answer) ?? ''] ?? { kind: 'unknown', reason: { public: '?' } };
    if (answer.status !== 201) return refusalOf(answer, { credentials: 'token', path: 'url' }, context.now());
    return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
  },
  async find(context, key, values) {
    const answer = await ask(context, given(values), key);
    if (answer.status === 404 || codeOf(answer) === 'NONE') return 'absent';
    return { externalReference: (answer.json() as { ref: string }).ref };
  },
};
/** The adapter that understands, but for what its answer to a delivery is turned into. */
const turning = (change: (outcome: Outcome) => Outcome): Partial<FachverfahrenAdapter> => ({
  ...understanding,
  deliver: async (...all) => change(await understanding.deliver!(...all)),
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

const released = 'a release took'; // the folder's own, so of another adapter

const itsFolder = 'goes no way round'; // likewise

test.each([
  ['an honest adapter', subject({})],
  ['one whose target has words of its own', subject(understanding, inCodes)],
])(
  'the suite lets %s pass',
  async (_, one) => {
    const names: string[] = [];
    for (const { name, run } of checksOf(one).filter(
      ({ name }) => ![released, itsFolder].some((of) => name.includes(of)),
    ))
      await Promise.resolve()
        .then(run)
        .catch((error: Error) => names.push(`${name}: ${error.message}`));
    expect(names).toEqual([]);
  },
  60_000,
);

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
      'takes every fault of its target’s own for absent',
      'disturbed target for an empty one',
      {
        ...understanding,
        async find(context, key, values) {
          const answer = await ask(context, given(values), key);
          if (answer.status === 404 || codeOf(answer)) return 'absent';
          return { externalReference: (answer.json() as { ref: string }).ref };
        },
      },
      inCodes,
    ],
    [
      'does not understand that nothing arrived',
      'own words that nothing arrived',
      { ...understanding, find: honest.find! },
      inCodes,
    ],
    ...(['busy', 'unauthorized'] as const).map(
      (fault): [string, string, Partial<FachverfahrenAdapter>, TargetFixture] => [
        `turns its target’s own „${fault}“ into a rejection`,
        `takes „${fault}“`,
        turning((outcome) =>
          outcome.kind === 'later' || outcome.kind === 'misconfigured' ? meanings['DATA']! : outcome,
        ),
        inCodes,
      ],
    ),
    [
      'writes a name into an address',
      'into an address',
      {
        async deliver(context, delivery, values) {
          const { familienname } = delivery.data as { familienname: string };
          const { url, token } = given(values);
          const kept = (await context.checkpoint('send', { body: bytesOf(delivery) })) as { body: string };
          const target = { url: `${url}/?name=${encodeURIComponent(familienname)}`, token };
          const answer = await post(context, target, kept.body);
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
      },
    ],
    [
      'tries again by itself',
      'asks once',
      {
        async deliver(context, delivery, values) {
          await context.checkpoint('send', {});
          let answer = await post(context, given(values), bytesOf(delivery));
          for (let tries = 0; answer.status === 503 && tries < 3; tries++)
            answer = await post(context, given(values), bytesOf(delivery));
          return refusalOf(answer, { credentials: 'token', path: 'url' }, context.now());
        },
      },
    ],
    [
      'has a constant where its parameter belongs',
      'heeds every parameter',
      {
        async deliver(context, delivery, values) {
          const body = { mandant: '0815', message: delivery.message };
          const kept = (await context.checkpoint('send', { body: JSON.stringify(body) })) as { body: string };
          const answer = await post(context, given(values), kept.body);
          return { kind: 'delivered', externalReference: (answer.json() as { ref: string }).ref };
        },
        ...withManifest({ parameters: parameters.extend({ mandant: z.string().describe('Mandant') }) }),
      },
      {
        ...fixture(),
        start: async (kit) => {
          const target = await fixture().start(kit);
          return Object.assign(target, { values: { ...target.values, 'echo.mandant': '0815' } });
        },
      },
    ],
    [
      'hides its secret from the manifest',
      'sounds like one',
      withManifest({ parameters: z.object({ url: z.url().describe('Adresse'), token: z.string().describe('Token') }) }),
    ],
    [
      'leaves its secret out of what is inherited as a whole',
      'true and complete manifest',
      withManifest({ boundSet: { parameters: ['url'] } }),
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

  test.each([
    ['a parameter of another type', z.number()],
    ['a narrower pattern', z.string().regex(/^[a-z]+$/)],
  ])('takes back a value, by %s', async (_, mode) => {
    const folder = join(root, 'libs/adapters/failing');
    const changes = withManifest({ parameters: z.object({ mode: mode.describe('Art') }) as never });
    const [check] = checksOf(subject(changes, undefined, folder)).filter(({ name }) => name.includes(released));
    await expect(Promise.resolve().then(check!.run)).rejects.toThrow(/mode/);
  });

  test.each([
    ['deliver', 'does its work', { deliver: forever }],
    ['check', 'check says step by step', { check: forever }],
    ['find', 'knows for certain', { find: forever }],
    ['render', 'renders what it delivers', { render: forever }],
  ])('never ends in %s, and says so', async (call, caught, changes) => {
    const hasty = { ...changes, ...withManifest({ deadline: 300 }) };
    const [check] = checksOf(subject(hasty)).filter(({ name }) => name.includes(caught));
    await expect(Promise.resolve().then(check!.run)).rejects.toThrow(`${call} does not end`);
  });

  test('goes round its context in a package: „goes no way round its context“', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    writeFileSync(join(folder, 'adapter.js'), "import { readFileSync as open } from 'node:fs';\nconsole.log(open);\n");
    const [check] = checksOf(subject({}, undefined, folder)).filter(({ name }) => name.includes(itsFolder));
    await expect(Promise.resolve().then(check!.run)).rejects.toThrow(/adapter\.js: Dateien.*\n.*adapter\.js: Ausgaben/);
    rmSync(folder, { recursive: true });
  });
});
