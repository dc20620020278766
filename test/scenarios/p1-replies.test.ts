import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openCallbackEnd, portalSecret } from '../kit/portal.js';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const [stuttgart, boeblingen] = ['081110000000', '081150003003'];

let world: Awaited<ReturnType<typeof openWorld>>;
let portal: Awaited<ReturnType<typeof openCallbackEnd>>;

beforeAll(async () => {
  world = await openWorld();
  await Promise.all([world.gateway.start(), world.worker.start()]);
  portal = await openCallbackEnd();
}, 120_000);
afterAll(async () => {
  await portal.close();
  await world.close();
});

async function ask(method: string, path: string, body?: unknown, client = 'service-bw'): Promise<Response> {
  return fetch(world.gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${await world.bearer(client)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
const register = (url: string, secret: string) => ask('PUT', '/service-bw/v1/callback', { url, secret });

async function control(path: string, body: unknown) {
  const answer = await fetch(`${world.simulator.url}/control/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

async function post(ars = stuttgart): Promise<string> {
  const answer = await world.post(universal, ars, fundsache);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

const replied = (submissionId: string, status: string) =>
  eventually(
    `the submission has a reply: ${status}`,
    async () => (await world.view(submissionId)).replies.find((reply) => reply.status === status),
    30,
  );

describe('P1 a reply', () => {
  test('P1 travels from the Fachverfahren to the portal: told, and fetched byte by byte', async () => {
    expect(
      (await register(`${world.simulator.url}/portal/callback`, 'service-bw-dev-callback-secret-0001')).status,
    ).toBe(200);
    await control('replies/steuer', { mode: 'callback', afterSeconds: 1, ars: stuttgart });
    const submissionId = await post();
    await replied(submissionId, 'inBearbeitung');
    const { replyId } = await replied(submissionId, 'bescheid');
    const heard = await eventually(
      'the portal heard of both, and of the delivery',
      async () => {
        const calls = (await (await fetch(`${world.simulator.url}/portal/callbacks`)).json()) as {
          type: string;
          submissions: { submissionId: string }[];
        }[];
        const mine = calls.filter((call) => call.submissions.some((one) => one.submissionId === submissionId));
        return new Set(mine.map((call) => call.type)).size === 2 ? mine : undefined;
      },
      30,
    );
    expect(new Set(heard.map((call) => call.type))).toEqual(
      new Set(['urn:stellwerk:callback:new-replies', 'urn:stellwerk:callback:new-state']),
    );
    const address = `/service-bw/v1/submissions/${submissionId}/replies/${replyId}`;
    const reply = (await (await ask('GET', address)).json()) as {
      documents: { self: string; sha256: string; size: number }[];
    };
    const fetched = Buffer.from(await (await ask('GET', reply.documents[0]!.self)).arrayBuffer());
    expect(fetched.subarray(0, 5).toString()).toBe('%PDF-');
    expect([fetched.length, createHash('sha256').update(fetched).digest('hex')]).toEqual([
      reply.documents[0]!.size,
      reply.documents[0]!.sha256,
    ]);
    await control('replies/steuer', { mode: 'off' });
  }, 60_000);

  test('P1 that was stored when the gateway died is told by the next one', async () => {
    await register(portal.url, portalSecret);
    const submissionId = await post();
    await eventually('it is delivered', async () => (await world.view(submissionId)).state === 'delivered', 30);
    await eventually(
      'the portal knows',
      async () => portal.notificationsAbout(submissionId, 'urn:stellwerk:callback:new-state').length > 0,
      30,
    );
    portal.mode = 'hang';
    const calls = portal.calls;
    const reply = { id: 'R-1', status: 'rueckfrage', text: 'Wann war das?', at: '2026-11-22T10:00:00Z' };
    const path = `/fachverfahren/v1/submissions/${submissionId}/replies`;
    expect((await ask('POST', path, reply, 'fachverfahren-stuttgart')).status).toBe(201);
    await eventually('the portal is being called', async () => portal.calls > calls, 10);
    await world.gateway.kill();
    portal.mode = 204;
    await world.gateway.start();
    await eventually(
      'the portal is told after all',
      async () => portal.notificationsAbout(submissionId).length > 0,
      40,
    );
    expect(portal.notificationsAbout(submissionId).every(({ signed }) => signed)).toBe(true);
    expect((await ask('POST', path, reply, 'fachverfahren-stuttgart')).status).toBe(200);
    expect((await world.view(submissionId)).replies).toHaveLength(1);
    expect((await ask('POST', path, { ...reply, id: 'R-2' }, 'fachverfahren-boeblingen')).status).toBe(404);
  }, 90_000);

  test('P1 that comes before the delivery is answered is taken, and stays beside the delivery', async () => {
    const [answers, reply] = [[] as number[], { id: 'R-1', status: 'inBearbeitung', at: '2026-11-22T10:00:00Z' }];
    const target = await openTarget();
    target.beforeItAnswers(async (submissionId) => {
      const path = (id: string) => `/fachverfahren/v1/submissions/${id}/replies`;
      for (const id of [submissionId, randomUUID()])
        answers.push((await ask('POST', path(id), reply, 'fachverfahren-boeblingen')).status);
    });
    await world.setParameter(boeblingen, '*', 'fachverfahren', 'rest');
    await world.setParameter(boeblingen, '*', 'rest.baseUrl', target.url);
    const submissionId = await post(boeblingen);
    await eventually('it is delivered', async () => (await world.view(submissionId)).state === 'delivered', 30);
    await target.close();
    expect(answers).toEqual([201, 404]);
    const { events, replies } = await world.view(submissionId);
    expect(events.map(({ type }) => type)).toEqual(['accepted', 'reply', 'delivered']);
    expect(replies).toMatchObject([{ status: 'inBearbeitung' }]);
  }, 60_000);

  test.each([
    ['before its replies are stored', `before insert on reply for each row when (new.status = 'bescheid')`],
    ['between its replies and its record', `before update on task for each row when (new.state = 'done')`],
  ])(
    'P1 that a worker fetched when it died %s is there once',
    async (_, obstacle) => {
      await world.setParameter(stuttgart, '*', 'rest.statusPath', '/deliveries/{reference}/status');
      await world.setParameter(stuttgart, '*', 'rest.pollMinutes', 0.05);
      await control('replies/steuer', { mode: 'poll', afterSeconds: 3600, ars: stuttgart });
      const submissionId = await post();
      await replied(submissionId, 'inBearbeitung');
      await world.db.query(
        `create function obstacle() returns trigger language plpgsql as
          'begin perform pg_advisory_xact_lock(7); return new; end'`,
      );
      await world.db.query(`create trigger obstacle ${obstacle} execute function obstacle()`);
      await world.db.transaction(async (sql) => {
        await sql.query('select pg_advisory_xact_lock(7)');
        await control('replies/steuer', { mode: 'poll', afterSeconds: 0, ars: stuttgart });
        const stopped = `from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and not l.granted and a.datname = current_database()`;
        // not in this transaction: there, pg_stat_activity stays as it was at the first look
        const meets = async () => (await world.db.query(`select ${stopped}`)).rowCount > 0;
        await eventually('the worker meets the obstacle', meets, 30);
        await world.worker.kill();
        await world.db.query(`select pg_terminate_backend(pid) ${stopped}`);
      });
      await world.db.query('drop function obstacle() cascade');
      await world.worker.start();
      await eventually('it is delivered', async () => (await world.view(submissionId)).state === 'delivered', 60);
      const view = await world.view(submissionId);
      expect(view.replies.map(({ status, documents }) => [status, documents])).toEqual([
        ['inBearbeitung', 0],
        ['bescheid', 1],
      ]);
      expect(view.events.filter(({ type }) => type === 'reply')).toHaveLength(2);
      expect(view.tasks[0]!.attempts).toBe(1);
    },
    120_000,
  );
});
