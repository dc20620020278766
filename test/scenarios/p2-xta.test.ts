import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import type { Json } from '#submission/vocabulary.js';
import { eventually } from '../kit/processes.js';
import { openProxy, type Trap } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openWorld } from '../kit/world.js';

const magstadt = '081150029029';
const bauantrag = '99012008001000';

let world: Awaited<ReturnType<typeof openWorld>>;
let database: Awaited<ReturnType<typeof openProxy>>;
let form: string;

beforeAll(async () => {
  form = await readFile(join(root, 'schemas/processes', bauantrag, 'examples/valid-einfamilienhaus.json'), 'utf8');
  world = await openWorld({
    prepare: async ({ DATABASE_URL }) => {
      database = await openProxy(DATABASE_URL);
    },
    through: (app, urls) => (app === 'worker' ? { ...urls, DATABASE_URL: database.url } : urls),
  });
  await put('replies', { mode: 'decide', afterSeconds: 0 });
  for (const app of [world.gateway, world.worker]) await app.start();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await database?.close();
});

const put = (what: 'replies' | 'faults', body: object) =>
  fetch(`${world.simulator.url}/control/${what}/xta`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function submit(): Promise<string> {
  const answer = await world.post(bauantrag, magstadt, form);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

async function messagesOf(submissionId: string): Promise<number> {
  const answer = await fetch(`${world.simulator.url}/control/effects/xta`);
  const effects = (await answer.json()) as { submissionId: string }[];
  return effects.filter((effect) => effect.submissionId === submissionId).length;
}

/** The lease of a worker that died ends, once. */
const leaseEnds = () =>
  world.db.query(`update task set lease_until = lease_until - interval '10 min' where state = 'running'`);

/** Ten minutes pass for whatever waits: the XTA server has settled, the box is looked into. */
const passTime = () => world.db.query(`update task set due_at = due_at - interval '10 min' where state = 'waiting'`);

/** Until the decision is there, as the portal sees it; the days in between pass. */
const decided = (submissionId: string) =>
  eventually(
    'the decision is there',
    async () => {
      await passTime();
      const view = await world.view(submissionId);
      return view.state === 'delivered' ? view : undefined;
    },
    60,
  );

async function killedAt(trap: Pick<Trap, 'marker' | 'when'>): Promise<string> {
  let sprung = false;
  database.lay({
    direction: 'there',
    ...trap,
    spring() {
      sprung = true;
      void world.worker.kill();
    },
  });
  const submissionId = await submit();
  await eventually('the worker dies', () => sprung);
  await world.worker.gone();
  await leaseEnds();
  await world.worker.start('live');
  return submissionId;
}

test('a Bauantrag reaches the Landkreis, whose confirmation and decision come back', async () => {
  const submissionId = await submit();
  const { replies } = await decided(submissionId);
  expect(replies.map(({ status, documents }) => [status, documents])).toEqual([
    ['inBearbeitung', 0],
    ['bescheid', 1],
  ]);
  expect(await messagesOf(submissionId)).toBe(1);
}, 90_000);

// the reader's key, as the XTA server read it
test.each([
  ['Magstadt has the Landkreis for it', magstadt, '081150000000'],
  ['Herrenberg decides itself', '081155003021', '081150210000'],
])(
  '%s',
  async (_, ars, reader) => {
    const answer = await world.post(bauantrag, ars, form);
    const { submissionId } = (await answer.json()) as { submissionId: string };
    await decided(submissionId);
    const effects = (await (await fetch(`${world.simulator.url}/control/effects/xta`)).json()) as Json[];
    expect(effects).toContainEqual(expect.objectContaining({ submissionId, ars: reader }));
  },
  90_000,
);

test('a plan of 20 MB goes through the gateway and arrives', async () => {
  const { metadata, fields } = JSON.parse(form);
  const body = new FormData();
  const plan = new Blob([Buffer.alloc(20_000_000, '%PDF')], { type: 'application/pdf' });
  const named = { ...fields, bauvorlage_0_datei: 'Lageplan.pdf' };
  body.append('submission', new Blob([JSON.stringify({ metadata, fields: named })], { type: 'application/json' }));
  body.append('datei', plan, 'Lageplan.pdf');
  const answer = await fetch(`${world.gateway.url}/service-bw/v1/submissions?leistung=${bauantrag}&ars=${magstadt}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await world.bearer()}` },
    body,
  });
  expect(answer.status).toBe(202);
  const { submissionId } = (await answer.json()) as { submissionId: string };
  await decided(submissionId);
  expect(await messagesOf(submissionId)).toBe(1);
}, 90_000);

test.each([
  ['before the MessageID is kept', { marker: statement('keep_checkpoints'), when: 'before' as const }],
  ['once the MessageID is kept', { marker: statement('keep_checkpoints'), when: 'after' as const }],
  ['before the answer is recorded', { marker: statement('record_attempts'), when: 'before' as const }],
  ['before a reply is kept', { marker: statement('keep_reply'), when: 'before' as const }],
  ['after a reply is kept, before it is confirmed', { marker: statement('keep_reply'), when: 'after' as const }],
])(
  'P2 a worker that dies %s: one message, and each reply once',
  async (_, trap) => {
    const submissionId = await killedAt(trap);
    const { replies } = await decided(submissionId);
    expect(await messagesOf(submissionId)).toBe(1);
    expect(replies.map(({ status }) => status)).toEqual(['inBearbeitung', 'bescheid']);
  },
  120_000,
);

test('P1 a reader that the server does not know: once it is corrected, the message goes there', async () => {
  const sindelfingen = '081150045045';
  await put('faults', { mode: 'reject', code: '9022', for: 1 });
  const answer = await world.post(bauantrag, sindelfingen, form);
  const { submissionId } = (await answer.json()) as { submissionId: string };
  const blamed = async () => (await world.view(submissionId)).tasks.some(({ outcome }) => outcome === 'misconfigured');
  await eventually('the reader is blamed', blamed);
  await world.setParameter(sindelfingen, bauantrag, 'xta.reader', 'bab:081150450000');
  await decided(submissionId);
  const effects = (await (await fetch(`${world.simulator.url}/control/effects/xta`)).json()) as {
    submissionId: string;
  }[];
  expect(effects.filter((effect) => effect.submissionId === submissionId)).toMatchObject([{ ars: '081150450000' }]);
}, 90_000);

test('P2 a worker that dies while the server, which has the message, falls silent: one message', async () => {
  await put('faults', { mode: 'commit-then-hang', for: 1 });
  const submissionId = await submit();
  await eventually('the message is there', async () => (await messagesOf(submissionId)) > 0);
  await world.worker.kill();
  await leaseEnds();
  await world.worker.start('live');
  await decided(submissionId);
  expect(await messagesOf(submissionId)).toBe(1);
}, 120_000);
