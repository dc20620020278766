import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { render } from '#adapter-host/call.js';
import { root } from '#settings/root.js';
import { attachment, delivery } from '../../../test/contract/samples.js';
import { Trial } from '../../../test/contract/trial.js';
import type { Delivery } from '../contract.js';
import { bomb, type FakeReply, startFake } from '../kit/fake.js';
import type { Target } from '../kit/target.js';
import { adapter } from './adapter.js';
import { referenceOf } from './answers.js';

let target: Target;
let answer: FakeReply;

beforeEach(async () => {
  answer = { status: 201, body: { reference: 'r-1' } };
  target = await startFake(
    () => answer,
    (url) => ({ url }),
  );
});
afterEach(() => target.close());

const trial = (more = {}, one: Partial<Delivery> = {}) => {
  const tried = new Trial(adapter, { 'rest.baseUrl': target.values['url']!, ...more });
  tried.question = { call: 'deliver', delivery: delivery({ attachments: [], message: { a: 1 }, ...one }) };
  return tried;
};
const arrived = () => target.writes.map(({ bytes }) => bytes.toString());
const types = () => target.requests.map(({ headers }) => headers['content-type']);
const bare = { 'rest.envelope': 'none' };

test('without envelope the message goes alone, in its format', async () => {
  await trial(bare).attempt();
  await trial(bare, { format: 'xml', message: { a: { '@b': 'c' } } }).attempt();
  await trial({ ...bare, 'rest.contentType': 'application/vnd.amt+json' }).attempt();
  expect(arrived()).toEqual(['{"a":1}', expect.stringContaining('<a b="c"/>'), '{"a":1}']);
  expect(types()).toEqual(['application/json', 'application/xml', 'application/vnd.amt+json']);
});

test('a message that its format cannot hold is a dead letter that says why, and nothing is sent', async () => {
  const tried = trial(bare, { format: 'xml', message: { a: '\u0001' } });
  expect(await tried.attempt()).toMatchObject({
    kind: 'rejected',
    reasons: [{ public: expect.stringContaining('XML') }],
  });
  expect([tried.checkpoints.size, target.calls]).toEqual([0, 0]);
});

test('a target without attachments refuses them before anything is sent', async () => {
  const tried = trial(bare, { attachments: [attachment('a.pdf', Buffer.from('x'))] });
  expect(await tried.attempt()).toMatchObject({ kind: 'rejected' });
  expect([tried.checkpoints.size, target.calls]).toEqual([0, 0]);
  if (tried.question.call === 'deliver')
    expect(await render(tried.circumstances(), tried.question.delivery)).toEqual([]);
});

test('without envelope nothing can be inline: a wrong setting', async () => {
  const tried = trial({ ...bare, 'rest.attachments': 'inline' });
  expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'rest.attachments' });
  expect(await tried.check()).toMatchObject([{ ok: false, parameter: 'rest.attachments' }]);
});

test('a form has the parts that its parameters name, and file names that cannot break out of it', async () => {
  const form = { ...bare, 'rest.attachments': 'multipart', 'rest.messagePart': 'vorgang', 'rest.filePart': 'anlage' };
  const evil = attachment('a"\r\nX: y.pdf', Buffer.from([0, 13, 10, 255]));
  await trial(form, { attachments: [evil] }).attempt();
  const [type] = types() as string[];
  const parsed = await new Response(new Uint8Array(target.writes[0]!.bytes), {
    headers: { 'content-type': type! },
  }).formData();
  expect([...parsed.keys()]).toEqual(['vorgang', 'anlage']);
  const file = parsed.get('anlage') as File;
  expect([file.name, [...new Uint8Array(await file.arrayBuffer())]]).toEqual(['a"\r\nX: y.pdf', [0, 13, 10, 255]]);
});

test('P2 what was kept is sent again as it was, whatever the parameters have become', async () => {
  answer = { status: 503 };
  const attachments = [attachment('a.pdf', Buffer.from('x'))];
  const form = { ...bare, 'rest.attachments': 'multipart' };
  const first = trial(form, { attachments });
  await first.attempt();
  const second = trial({}, { attachments });
  for (const [step, data] of first.checkpoints) second.checkpoints.set(step, data);
  await second.attempt();
  expect(arrived()[1]).toBe(arrived()[0]);
  expect(types()[1]).toBe(types()[0]);
});

test('P2 what release 1.0.0 kept, which knew one form only, is sent as it was', async () => {
  const listed = { filename: 'a.pdf', mimetype: 'application/pdf', size: 1, sha256: '00' };
  const body = JSON.stringify({ message: 'früher', attachments: [listed] });
  const whole = JSON.stringify({ message: 'früher', attachments: [{ ...listed, contentBase64: 'eA==' }] });
  const tried = trial({}, { attachments: [attachment('a.pdf', Buffer.from('x'))] });
  tried.checkpoints.set('send', { body, sha256: createHash('sha256').update(whole).digest('hex') });
  expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
  expect([arrived(), types()]).toEqual([[whole], ['application/json']]);
});

test('the envelope carries what registers said, as its schema describes it', async () => {
  const origin = {
    source: 'Melderegister',
    adapter: 'melderegister',
    version: '2.0.0',
    at: '2026-01-31T09:44:00.000Z',
    purpose: 'p',
    legalBasis: 'l',
  };
  const differences = [{ field: 'G1.F2', label: 'Ort', form: 'Ulm', register: 'Neu-Ulm' }];
  const lookups = [
    { step: 's', title: 't', outcome: 'found' as const, attributes: { ort: 'Neu-Ulm' }, origin, differences },
  ];
  await trial({}, { lookups }).attempt();
  await trial().attempt();
  const [withLookups, without] = arrived().map((text) => JSON.parse(text) as Record<string, unknown>);
  expect([withLookups!['lookups'], without!['lookups']]).toEqual([lookups, undefined]);
  const schema = JSON.parse(readFileSync(join(root, 'libs/adapters/rest/delivery.schema.json'), 'utf8')) as object;
  const valid = new Ajv2020().compile(schema);
  expect([valid(withLookups), valid.errors]).toEqual([true, null]);
});

test('paths and headers carry the key and the ids that they name', async () => {
  const headers = { 'X-Mandant': '4711', 'X-Referenz': '{submissionId}' };
  const tried = trial({ 'rest.method': 'PUT', 'rest.path': '/v/{key}', 'rest.headers': headers });
  await tried.attempt();
  const [request] = target.requests;
  expect([request!.method, request!.path]).toEqual(['PUT', `/v/${tried.key}`]);
  expect(request!.headers).toMatchObject({ 'x-mandant': '4711', 'x-referenz': expect.stringMatching(/^[\w-]{36}$/) });
  await tried.find();
  await tried.check();
  for (const { headers } of target.requests.slice(1))
    expect([headers['x-mandant'], headers['x-referenz']]).toEqual(['4711', undefined]);
  expect(target.calls).toBe(3);
});

test.each(['Authorization', 'Cookie', 'Content-Length', 'X-Api-Key', 'Host', 'traceparent'])(
  'the header %s is none of the region’s',
  async (name) => {
    expect(await trial({ 'rest.headers': { [name]: 'x' } }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: 'rest.headers',
    });
  },
);

test.each<[string, FakeReply, object]>([
  ['/vorgang/nummer', { status: 200, body: { vorgang: { nummer: 7 } } }, { kind: 'delivered', externalReference: '7' }],
  ['/a~1b/0', { status: 200, body: { 'a/b': ['x'] } }, { kind: 'delivered', externalReference: 'x' }],
  [
    '/fehlt',
    { status: 201, headers: { location: '/v/9' }, body: {} },
    { kind: 'delivered', externalReference: '/v/9' },
  ],
  ['/constructor/name', { status: 200, body: {} }, { kind: 'unknown' }],
  ['/leer', { status: 200, body: { leer: '' } }, { kind: 'unknown' }],
])('the reference stands where %s leads', async (pointer, reply, outcome) => {
  answer = reply;
  expect(await trial({ 'rest.reference': pointer }).attempt()).toMatchObject(outcome);
});

test.each([
  ['<?xml version="1.0"?><vorgang><nummer>0815</nummer></vorgang>', '/vorgang/nummer', '0815'],
  ['<v:vorgang xmlns:v="urn:v" id="A&amp;1"/>', '/v:vorgang/@id', 'A&1'],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '/a', undefined],
  ['<a>1</b>', '/a', undefined],
])('the reference may stand in XML: %s', async (text, pointer, reference) => {
  const answered = { status: 200, headers: {}, bytes: () => Buffer.from(text), text: () => text, json: () => null };
  expect(referenceOf(answered, pointer)).toBe(reference);
});

test('P2 where nothing can be looked up, a person decides, and the target is not even asked', async () => {
  const tried = trial({ 'rest.find': 'none' });
  expect(await tried.find()).toEqual({ kind: 'unknowable' });
  expect(target.calls).toBe(0);
  expect((await tried.check()).filter(({ ok }) => !ok)).toEqual([]);
});

test.each([
  ['a DTD', '<!DOCTYPE a><a>1</a>'],
  ['a DTD in capitals that are none', '<!doctype a><a>1</a>'],
  ['more than a megabyte', `<a>1</a><!-- ${'x'.repeat(1024 * 1024)} -->`],
  ['more than a hundred levels', `${'<a>'.repeat(102)}1${'</a>'.repeat(102)}`],
  ['an unknown entity', '<a>&b;</a>'],
  ['two roots', '<a>1</a><a>1</a>'],
])('XML with %s holds no reference', (_, text) => {
  const answered = { status: 200, headers: {}, bytes: () => Buffer.from(text), text: () => text, json: () => null };
  const pointers = ['/a', '/a'.repeat(102)];
  expect(pointers.map((pointer) => referenceOf(answered, pointer))).toEqual([undefined, undefined]);
});

test('P6 an entity bomb holds no reference', () => {
  const answered = { status: 200, headers: {}, bytes: () => Buffer.from(bomb), text: () => bomb, json: () => null };
  expect(referenceOf(answered, '/a')).toBeUndefined();
});
