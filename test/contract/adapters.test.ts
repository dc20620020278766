import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { render } from '#adapters/call.js';
import type { Adapter, FachverfahrenAdapter } from '#adapters/contract.js';
import { startFake } from '#adapters/kit/fake.js';
import type { Fixture, Target, Trouble } from '#adapters/kit/fixture.js';
import { faultOf, loadAdapters } from '#adapters/load.js';
import { bind, metaOf } from '#adapters/parameters.js';
import { root } from '#settings/root.js';
import type { Json } from '#submission/vocabulary.js';
import { attachment, canaries, characters, delivery } from './samples.js';
import { soon, Trial } from './trial.js';

const adapters = [...(await loadAdapters()).values()];
const fixtures = new Map(
  await Promise.all(
    adapters.map(
      async ({ manifest: { id } }) =>
        [id, ((await import(`#adapters/${id}/fixtures.js`)) as { fixture: Fixture }).fixture] as const,
    ),
  ),
);
const folder = (id: string) => join(root, 'libs/adapters', id);
const named = adapters.map((adapter) => [adapter.manifest.id, adapter] as const);

describe.each(named)('the adapter %s', (id, adapter) => {
  const { manifest } = adapter;
  const fields = Object.entries(manifest.parameters.shape) as [string, z.ZodType][];

  test('has a true and complete manifest, and an introduction', () => {
    expect(faultOf(adapter, id)).toBeUndefined();
    expect(fields.filter(([, field]) => !metaOf(field).description).map(([key]) => key)).toEqual([]);
    expect(existsSync(join(folder(id), 'README.md'))).toBe(true);
  });

  test('P3 marks as secret every parameter that sounds like one', () => {
    const secret = fields.filter(([, field]) => metaOf(field).secret).map(([key]) => key);
    const sounding = fields
      .map(([key]) => key)
      .filter((key) => /token|password|secret|kennwort|private|credential/i.test(key));
    expect(secret).toEqual(expect.arrayContaining(sounding));
  });

  test('P3 refuses a value that does not fit without repeating it', async () => {
    for (const [key] of fields) {
      const trial = new Trial(adapter, { [`${id}.${key}`]: { canary: canaries[0]! } });
      const answer = await trial.attempt();
      expect(answer).toMatchObject({
        kind: 'misconfigured',
        parameter: expect.stringMatching(new RegExp(`^${id}\\.`)),
      });
      expect(JSON.stringify([answer, trial.logs])).not.toContain(canaries[0]);
    }
  });

  test('takes every setting that its last release took', () => {
    type Schema = { properties?: Record<string, { enum?: string[] }>; required?: string[] };
    const released = JSON.parse(readFileSync(join(folder(id), 'released.json'), 'utf8')) as Schema;
    const current = z.toJSONSchema(manifest.parameters, { io: 'input' }) as Schema;
    expect(Object.keys(current.properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(released.properties ?? {})),
    );
    expect(released.required ?? []).toEqual(expect.arrayContaining(current.required ?? []));
    for (const [key, { enum: choices = [] }] of Object.entries(released.properties ?? {}))
      expect(current.properties?.[key]?.enum ?? []).toEqual(expect.arrayContaining(choices));
  });

  const fixture = fixtures.get(id)!;
  if ('withoutTarget' in fixture) {
    test('speaks to nobody, says why, and ends as declared', async () => {
      expect(fixture.withoutTarget).not.toBe('');
      const trial = new Trial(adapter, fixture.values);
      expect(await trial.attempt()).toMatchObject({ kind: fixture.ends });
      expect(bind(adapter, fixture.values)).toMatchObject({ hosts: new Map() });
    });
    return;
  }

  const { address, wrongCredentials, schema } = fixture;
  const isRegister = manifest.kind === 'register';
  const success = isRegister ? 'found' : 'delivered';
  const doubt = isRegister ? 'later' : 'unknown';
  let target: Target;
  const trial = (values: Record<string, Json> = {}) => new Trial(adapter, { ...target.values, ...values });
  const facing = (trouble: Trouble, values: Record<string, Json> = {}) => {
    target.trouble(trouble);
    return trial(values);
  };

  beforeEach(async () => {
    target = await fixture.start();
  });
  afterEach(() => target.close());

  describe('check', () => {
    afterEach(() => expect(target.writes).toEqual([]));
    const failing = async (values: Record<string, Json>, deadline = soon(5_000)) =>
      (await trial(values).check({ deadline })).filter((step) => !step.ok);

    test('says step by step that all is well', async () => {
      const steps = await trial().check();
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.filter((step) => !step.ok)).toEqual([]);
    });

    test('names the parameter when credentials are wrong', async () => {
      expect(await failing(wrongCredentials.values)).toMatchObject([
        { step: 'authenticate', parameter: wrongCredentials.blames },
      ]);
    });

    test('names the connection when nobody listens, when it drops, and when TLS fails', async () => {
      expect(await failing({ [address]: 'http://127.0.0.1:9' })).toMatchObject([
        { step: 'connect', parameter: address },
      ]);
      const plain = String(target.values[address]);
      expect(await failing({ [address]: plain.replace('http:', 'https:') })).toMatchObject([
        { step: 'tls', parameter: address },
      ]);
      target.trouble({ kind: 'down' });
      expect(await failing({})).toMatchObject([{ step: 'connect' }]);
    });

    test('ends at the deadline when the target hangs', async () => {
      target.trouble({ kind: 'hang' });
      expect(await failing({}, soon(300))).toMatchObject([{ step: 'connect' }]);
    });

    test('says no when the target is there but disturbed', async () => {
      target.trouble({ kind: 'status', status: 503 });
      expect((await failing({})).length).toBeGreaterThan(0);
    });
  });

  test('does its work', async () => {
    expect(await trial().attempt()).toMatchObject({ kind: success });
    expect(target.writes).toHaveLength(1);
  });

  test('sends the trace along', async () => {
    await trial().attempt();
    expect(target.requests.map(({ headers }) => headers['traceparent'])).toEqual(
      target.requests.map(() => expect.stringMatching(/^00-0af7651916cd43dd/)),
    );
  });

  test.each([
    [400, 'rejected'],
    [422, 'rejected'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ])('takes HTTP %i as %s', async (status, kind) => {
    expect(await facing({ kind: 'status', status }).attempt()).toMatchObject({ kind });
  });

  test.each([401, 403])('takes HTTP %i as misconfigured and blames the credentials', async (status) => {
    expect(await facing({ kind: 'status', status }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: wrongCredentials.blames,
    });
  });

  test('takes HTTP 404 as misconfigured', async () => {
    expect(await facing({ kind: 'status', status: 404 }).attempt()).toMatchObject({ kind: 'misconfigured' });
  });

  test('keeps Retry-After between a second and an hour', async () => {
    const pause = async (value: string) => {
      const now = new Date();
      const answer = await facing({ kind: 'status', status: 503, headers: { 'retry-after': value } }).attempt({
        now: () => now,
      });
      return answer.kind === 'later' && answer.notBefore ? answer.notBefore.getTime() - now.getTime() : undefined;
    };
    expect(await pause('0')).toBe(1_000);
    expect(await pause('60')).toBe(60_000);
    expect(await pause('86400')).toBe(3_600_000);
    expect(await pause(new Date(Date.now() + 120_000).toUTCString())).toBeGreaterThan(100_000);
    expect(await pause('bald')).toBeUndefined();
  });

  test('waits for another time when nobody listens, without doubt', async () => {
    expect(await trial({ [address]: 'http://127.0.0.1:9' }).attempt()).toMatchObject({ kind: 'later' });
  });

  test('P6 survives a huge answer, nonsense and an entity bomb', async () => {
    for (const kind of ['huge', 'garbage', 'bomb'] as const)
      expect(await facing({ kind }).attempt()).toMatchObject({ kind: doubt });
  });

  test('ends at the deadline when the target hangs', async () => {
    const begun = performance.now();
    const answer = await facing({ kind: 'hang' }).attempt({ deadline: soon(300) });
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(answer.kind).toBe(doubt);
  });

  test('sends nothing after the deadline, and nothing when the worker stops', async () => {
    expect(await trial().attempt({ deadline: soon(-1) })).toMatchObject({ kind: 'later' });
    expect(await trial().attempt({ signal: AbortSignal.abort() })).toMatchObject({ kind: 'later' });
    expect(target.requests).toEqual([]);
  });

  test('P3 goes to no other host, whatever the target says', async () => {
    const elsewhere = await startFake(
      () => ({ status: 200, body: { reference: 'wrong' } }),
      (url) => ({ url }),
    );
    const url = String(elsewhere.values['url']);
    await facing({ kind: 'elsewhere', url }).attempt();
    await facing({ kind: 'elsewhere', url }).find();
    await facing({ kind: 'elsewhere', url }).check();
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  test('P3 speaks plain HTTP to nobody but loopback', async () => {
    expect(await trial({ [address]: 'http://fachverfahren.example.org' }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: address,
    });
  });

  test('P3 tells neither person nor secret in logs and outcomes', async () => {
    const kinds = ['down', 'garbage', 'huge', 'bomb'] as const;
    const troubles: Trouble[] = [
      ...kinds.map((kind) => ({ kind })),
      ...[400, 401, 404, 409, 422, 429, 500].map((status) => ({ kind: 'status' as const, status })),
    ];
    for (const trouble of troubles) {
      const tried = facing(trouble);
      const said = JSON.stringify([await tried.attempt(), await tried.check(), tried.logs]);
      const bound = bind(adapter, tried.values);
      const secrets = 'secrets' in bound ? bound.secrets : [];
      for (const word of [...canaries, ...secrets]) expect(said).not.toContain(JSON.stringify(word).slice(1, -1));
    }
  });

  if (isRegister) {
    test('P3 passes on only what was asked for', async () => {
      expect(await trial().attempt()).toMatchObject({ kind: 'found', attributes: { anschrift: expect.anything() } });
      expect(JSON.stringify(await trial().attempt())).not.toContain('not asked for');
    });
    return;
  }

  deliveries(id, adapter as FachverfahrenAdapter, schema, () => target, trial, facing);
});

/** What only an adapter that delivers must do. */
function deliveries(
  id: string,
  adapter: Adapter & FachverfahrenAdapter,
  schema: string | undefined,
  current: () => Target,
  trial: () => Trial,
  facing: (trouble: Trouble) => Trial,
): void {
  const { capabilities, accepts } = adapter.manifest;
  const sent = (message: Json, attachments = delivery().attachments) => ({
    call: 'deliver' as const,
    delivery: delivery({ message, attachments }),
  });

  test('delivers every Leistung that it accepts, as its schema says', async () => {
    for (const leistung of accepts.map((key) => (key === '*' ? '99012345678901' : key))) {
      const tried = trial();
      expect(await tried.attempt({}, { call: 'deliver', delivery: delivery({ leistung }) })).toMatchObject({
        kind: 'delivered',
        externalReference: expect.stringMatching(/./),
      });
    }
    if (!schema) return;
    const valid = new Ajv2020().compile(JSON.parse(readFileSync(join(folder(id), schema), 'utf8')) as object);
    for (const { bytes } of current().writes)
      expect([valid(JSON.parse(bytes.toString())), valid.errors]).toEqual([true, null]);
  });

  test('delivers every character, empty and large attachments unchanged', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 'ä');
    const attachments = [
      attachment('leer.txt', Buffer.alloc(0)),
      attachment(`Ümläut ${'é'.normalize('NFD')}.pdf`, large),
    ];
    expect(await trial().attempt({}, sent(characters, attachments))).toMatchObject({ kind: 'delivered' });
    const arrived = current().writes[0]!.bytes;
    for (const text of characters) expect(arrived.includes(JSON.stringify(text))).toBe(true);
    expect(arrived.includes(large.subarray(0, 3_000).toString('base64'))).toBe(true);
    expect(await trial().attempt({}, sent({}, []))).toMatchObject({ kind: 'delivered' });
  });

  test('renders exactly the bytes that it delivers', async () => {
    const tried = trial();
    const { delivery: one } = sent(characters);
    await tried.attempt({}, { call: 'deliver', delivery: one });
    const rendered = await render(tried.circumstances(), one);
    if (capabilities.render)
      expect(rendered?.map(({ bytes }) => Buffer.from(bytes))).toEqual(current().writes.map(({ bytes }) => bytes));
    else expect(rendered).toBeNull();
  });

  if (capabilities.idempotentTarget)
    test('P2 has one effect when the same key comes twice, in a row and at once', async () => {
      const tried = trial();
      await tried.attempt();
      await tried.attempt();
      await Promise.all([tried.attempt(), tried.attempt(), tried.attempt()]);
      expect(current().effects).toEqual([tried.key]);
    });

  test('P2 is in doubt when the connection drops or nobody answers after sending', async () => {
    expect(await facing({ kind: 'down' }).attempt()).toMatchObject({ kind: 'unknown' });
    expect(await facing({ kind: 'hang' }).attempt({ deadline: soon(300) })).toMatchObject({ kind: 'unknown' });
  });

  test('P2 keeps what it is about to send before it sends, and resumes with the same bytes', async () => {
    const dead = new AbortController();
    const tried = trial();
    const killed = tried.attempt({
      signal: dead.signal,
      checkpoint: (step, data) => {
        tried.checkpoints.set(step, structuredClone(data));
        dead.abort();
        return new Promise(() => {});
      },
    });
    expect(['later', 'unknown']).toContain((await killed).kind);
    expect(current().writes).toEqual([]);
    const changed = {
      ...tried.question,
      delivery: { ...(tried.question as ReturnType<typeof sent>).delivery, message: 'something else' },
    };
    expect(await tried.attempt({}, changed as ReturnType<typeof sent>)).toMatchObject({ kind: 'delivered' });
    expect(current().effects).toEqual([tried.key]);
    expect(current().writes[0]!.bytes.toString()).not.toContain('something else');
  });

  if (capabilities.find) {
    test('P2 finds what arrived after all, and sends it no second time', async () => {
      const tried = facing({ kind: 'commit-then-hang' });
      expect(await tried.attempt({ deadline: soon(300) })).toMatchObject({ kind: 'unknown' });
      current().trouble({ kind: 'none' });
      expect(await tried.find()).toMatchObject({ kind: 'delivered', externalReference: expect.stringMatching(/./) });
      expect(current().effects).toEqual([tried.key]);
      expect(current().writes).toHaveLength(1);
    });

    test('P2 knows for certain what never arrived', async () => {
      const tried = facing({ kind: 'hang' });
      await tried.attempt({ deadline: soon(300) });
      current().trouble({ kind: 'none' });
      expect(await tried.find()).toEqual({ kind: 'absent' });
      expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
      expect(current().effects).toEqual([tried.key]);
    });

    test('P2 does not take a disturbed target for an empty one', async () => {
      for (const kind of ['down', 'garbage', 'huge', 'bomb', 'hang'] as const)
        expect(await facing({ kind }).find({ deadline: soon(kind === 'hang' ? 300 : 5_000) })).toMatchObject({
          kind: 'later',
        });
      for (const status of [401, 403, 500, 503])
        expect((await facing({ kind: 'status', status }).find()).kind).not.toBe('absent');
      expect(current().writes).toEqual([]);
    });
  }
}

describe('the adapter failing', () => {
  const adapter = adapters.find(({ manifest }) => manifest.id === 'failing')!;

  test.each([
    ['later', 'later'],
    ['rejected', 'rejected'],
    ['misconfigured', 'misconfigured'],
    ['unknown', 'unknown'],
    ['throw', 'later'],
    ['hang', 'later'],
  ])('in mode %s ends as %s, also when it ignores the deadline', async (mode, kind) => {
    const tried = new Trial(adapter, { 'failing.mode': mode });
    expect(await tried.attempt({ deadline: soon(300) })).toMatchObject({ kind });
    expect((await tried.check({ deadline: soon(300) })).length).toBeGreaterThan(0);
  });
});
