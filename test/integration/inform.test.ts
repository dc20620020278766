import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { seal } from '#parameters/secrets.js';
import { type Informer, sealedFor, startInformer } from '#pipeline/inform.js';
import { readSettings } from '#settings/settings.js';
import { readAttachment } from '#store/attachments.js';
import { insertReply, readReply } from '#store/replies.js';
import { saveCallback } from '#store/sql/inform.js';
import { documentOf } from '#submission/reply.js';
import { openCallbackEnd, portalSecret } from '../kit/portal.js';
import { eventually } from '../kit/processes.js';
import { seedTask } from '../kit/seeds.js';
import { adapterOf, openWay } from '../kit/way.js';

const minute = 60_000;
const hour = 60 * minute;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A portal that has registered its address, and informers that look all the time, on a clock that the test turns. */
async function open(informers = 1, environment: Record<string, string> = {}) {
  const way = await openWay([adapterOf()]);
  closing.push(way.close);
  const portal = await openCallbackEnd();
  closing.push(portal.close);
  const key = randomBytes(32);
  const secret = seal(key, sealedFor('service-bw'), portalSecret);
  await saveCallback(way.db, { client: 'service-bw', url: portal.url, secret, at: way.db.now() });
  const results: string[] = [];
  const start = (): Informer => {
    const informer = startInformer({
      db: way.db,
      key,
      settings: readSettings({ RETRY_JITTER: '0', ...environment }),
      every: 2,
      observe: (result) => void results.push(result),
      onError(error) {
        throw error;
      },
    });
    closing.push(informer.close);
    return informer;
  };
  const all = Array.from({ length: informers }, start);
  const reply = async (externalId: string) => {
    const seeded = await seedTask(way.db, { state: 'done', outcome: 'delivered', reason: null });
    await insertReply(
      way.db,
      { externalId, status: 'rueckfrage', at: way.db.now(), documents: [] },
      { taskId: seeded.taskId, actor: 'test' },
    );
    return seeded.submissionId;
  };
  const events = async (submissionId: string) =>
    (
      await way.db.query(`select type from event where submission_id = $1 and type like 'portal-%'`, [submissionId])
    ).rows.map((row) => row['type']);
  const calledAgain = async () => {
    const before = results.length;
    await eventually('the portal is called', async () => results.length > before, 10);
  };
  return { way, portal, informers: all, reply, events, results, calledAgain };
}

test('a portal that is down for two days is called ever more rarely, and told everything when it is back', async () => {
  const { way, portal, reply, events, results } = await open();
  portal.mode = 503;
  const first = await reply('1');
  await eventually('the first call', async () => results.length === 1, 10);
  for (let passed = 0; passed < 48 * 60; passed += 15) {
    way.advance(15 * minute);
    const due = (await way.db.query('select due_at <= $1 as due from callback', [way.db.now()])).rows[0]!['due'];
    const before = results.length;
    if (due) await eventually('a call that is due', async () => results.length > before, 10);
  }
  expect(results.length).toBeLessThan(60);
  const second = await reply('2');
  expect(await events(first)).toEqual([]);
  portal.mode = 204;
  way.advance(hour);
  await eventually('both are told', async () => (await events(second)).length === 1, 10);
  expect(await events(first)).toEqual(['portal-informed']);
  expect(portal.notifications).toHaveLength(1);
  expect(portal.notifications[0]!.submissions.map((one) => one.submissionId)).toEqual([first, second]);
}, 60_000);

test('what a portal did not take in three days is given up, visibly, and what came later is not', async () => {
  const { way, portal, reply, events, calledAgain } = await open();
  portal.mode = 500;
  const old = await reply('1');
  await calledAgain();
  way.advance(70 * hour);
  await calledAgain();
  const young = await reply('2');
  way.advance(3 * hour);
  await eventually('the old one is given up', async () => (await events(old)).includes('portal-not-informed'), 10);
  portal.mode = 204;
  way.advance(hour);
  await eventually('the young one is told', async () => (await events(young)).length === 1, 10);
  expect([await events(old), await events(young)]).toEqual([['portal-not-informed'], ['portal-informed']]);
});

test('a portal in a network that is not allowed is not called, and hears why', async () => {
  const { portal, informers } = await open(1, { ALLOWED_NETWORKS: '10.20.0.0/16' });
  expect(await informers[0]!.test('service-bw')).toEqual({
    result: 'failed',
    reason: expect.stringContaining('ALLOWED_NETWORKS'),
  });
  expect(portal.notifications).toEqual([]);
});

test('four gateways tell a portal one after the other, each thing once', async () => {
  const { portal, reply } = await open(4);
  const submissions: string[] = [];
  for (let n = 0; n < 25; n++) submissions.push(await reply(String(n)));
  await eventually('all are told', async () => submissions.every((id) => portal.notificationsAbout(id).length > 0), 20);
  expect(submissions.map((id) => portal.notificationsAbout(id).length)).toEqual(submissions.map(() => 1));
});

test('a gateway that died while it told a portal is followed by another, ten seconds later', async () => {
  const { way, portal, reply } = await open(2);
  // as the dead one left it
  await way.db.query(`update callback set due_at = $1`, [new Date(way.db.now().getTime() + 10_000)]);
  const submissionId = await reply('1');
  way.advance(10_001);
  await eventually('it is told', async () => portal.notificationsAbout(submissionId).length === 1, 10);
});

test('replies that a poll brings are stored once, with the task waiting until the target is done', async () => {
  const pdf = randomBytes(600_000);
  const at = '2026-03-02T08:00:00Z';
  const first = { id: '1', status: 'inBearbeitung' as const, at, documents: [] };
  const last = {
    id: '2',
    status: 'bescheid' as const,
    text: 'Anbei.',
    at,
    documents: [{ filename: '../Bescheid\u0007.pdf', mimetype: 'kein Typ', bytes: pdf }],
  };
  let polls = 0;
  let done = false;
  const way = await openWay([
    adapterOf({
      deliver: async (context) => ({
        kind: 'pending',
        externalReference: 'A1',
        askAgainAt: new Date(context.now().getTime() + minute),
      }),
      async status(context) {
        polls++;
        if (done) return { kind: 'delivered', externalReference: 'A1', replies: [first, last] };
        return {
          kind: 'pending',
          externalReference: 'A1',
          askAgainAt: new Date(context.now().getTime() + minute),
          replies: [first],
        };
      },
    }),
  ]);
  closing.push(way.close);
  const submissionId = await way.accept();
  await way.live(6, 5 * minute);
  expect(polls).toBeGreaterThan(3);
  const waiting = await way.view(submissionId);
  expect(waiting!.tasks[0]).toMatchObject({ state: 'waiting', next: 'status' });
  expect(waiting!.replies).toMatchObject([{ status: 'inBearbeitung', documents: 0 }]);
  expect(waiting!.events.map(({ type }) => type)).toEqual(['accepted', 'pending', 'reply']);
  done = true;
  await way.live(6, 5 * minute);
  const view = await way.view(submissionId);
  expect(view!.state).toBe('delivered');
  expect(view!.replies.map(({ status }) => status)).toEqual(['inBearbeitung', 'bescheid']);
  const content = await readReply(way.db, 'service-bw', submissionId, view!.replies[1]!.replyId);
  expect(content).toMatchObject({
    text: 'Anbei.',
    documents: [{ n: 1, filename: 'Bescheid.pdf', mimetype: 'application/octet-stream', size: pdf.length }],
  });
  const bytes = await readAttachment(way.db, { submissionId, ...content!.documents[0]! });
  expect(Buffer.from(bytes!).equals(pdf)).toBe(true);
});

test('P1 documents beyond the limits are left out, that is said, and the target keeps what has them', async () => {
  const document = (size: number) => ({ filename: 'a.bin', mimetype: 'a/b', bytes: randomBytes(size) });
  const forgotten: string[][] = [];
  const way = await openWay(
    [
      adapterOf({
        confirm: async (_, replies) => void forgotten.push(replies),
        deliver: async () => ({
          kind: 'delivered',
          externalReference: 'A1',
          replies: [
            {
              id: '1',
              status: 'bescheid',
              at: '2026-03-02T08:00:00Z',
              documents: [document(10), document(11), document(1)],
            },
            { id: '2', status: 'inBearbeitung', at: '2026-03-02T08:00:00Z', documents: [document(10)] },
          ],
        }),
      }),
    ],
    { LIMIT_FILE: '10', LIMIT_FILES: '5' },
  );
  closing.push(way.close);
  const submissionId = await way.accept();
  await way.round();
  const view = await way.view(submissionId);
  expect([view!.state, view!.replies.map(({ documents }) => documents)]).toEqual(['delivered', [2, 1]]);
  expect(forgotten).toEqual([['2']]);
  expect(view!.events.map(({ text }) => text)).toContain(
    'Antwort des Fachverfahrens: Dokumente über den Grenzen wurden nicht übernommen (1).',
  );
});

test('an attempt that lost its task stores no reply', async () => {
  const way = await openWay([adapterOf()]);
  closing.push(way.close);
  const { taskId, submissionId } = await seedTask(way.db, { state: 'running', outcome: null });
  const reply = {
    externalId: '1',
    status: 'bescheid' as const,
    at: way.db.now(),
    documents: [documentOf({ filename: 'a', mimetype: 'a/b', bytes: Buffer.from('a') })],
  };
  expect(await insertReply(way.db, reply, { taskId, attempt: 2, actor: 'worker' })).toEqual({ kind: 'gone' });
  expect((await way.view(submissionId))!.replies).toEqual([]);
  expect(await insertReply(way.db, reply, { taskId, attempt: 1, actor: 'worker' })).toMatchObject({ kind: 'stored' });
});
