import { afterEach, expect, test } from '@jest/globals';
import type { Outcome } from '#adapters/contract.js';
import { replay } from '#operator/replay.js';
import { readCondition } from '#store/condition.js';
import { insertReply } from '#store/replies.js';
import { openOperator } from '../kit/operator.js';
import { adapterOf, openWay } from '../kit/way.js';

const day = 24;
const ars = '081110000000';

let way: Awaited<ReturnType<typeof openWay>>;
let console: Awaited<ReturnType<typeof openOperator>> | undefined;
afterEach(async () => {
  await console?.close();
  console = undefined;
  await way?.close();
});

/** A target that has what it is sent and is not done, and is asked twice a day. `deliveries` counts what it got. */
async function openSilentTarget(environment: Record<string, string> = {}) {
  const counts = { deliveries: 0, questions: 0 };
  const notDone = async ({ now }: { now(): Date }): Promise<Outcome> => ({
    kind: 'pending',
    externalReference: 'A1',
    askAgainAt: new Date(now().getTime() + 12 * 3_600_000),
  });
  const target = adapterOf({
    async deliver(context) {
      counts.deliveries++;
      await context.checkpoint('send', {});
      return notDone(context);
    },
    async status(context) {
      counts.questions++;
      return notDone(context);
    },
  });
  way = await openWay([target], environment);
  return counts;
}

const days = (count: number) => way.live(count * day, 6 * 3_600_000);

test('P1 an answer that stays away becomes a dead letter, and a replay asks again and sends nothing', async () => {
  const counts = await openSilentTarget({ ANSWER_DAYS: '5' });
  const id = await way.accept();
  await days(5);
  expect(await way.task(id)).toMatchObject({ state: 'waiting', next: 'status' });
  await days(1);
  expect(await way.task(id)).toMatchObject({ state: 'dead', outcome: 'unanswered', external_reference: 'A1' });
  const view = await way.view(id);
  expect(view).toMatchObject({ state: 'processing', attention: true });
  expect(view!.events.map(({ type }) => type)).toEqual(['accepted', 'pending', 'unanswered']);

  const { taskId } = view!.tasks[0]!;
  const asked = counts.questions;
  await replay({ db: way.db, finders: [] }, taskId, { parameters: 'current', actor: 'operator' });
  await days(4);
  expect(await way.task(id)).toMatchObject({ state: 'waiting', next: 'status' });
  expect(counts.questions).toBeGreaterThan(asked);
  expect(counts.deliveries).toBe(1);
}, 60_000);

test('how long it is awaited is a parameter, and a reply of the target begins the days anew', async () => {
  await openSilentTarget();
  way.setParameter('target.answerDays', 3);
  const id = await way.accept();
  await days(2);
  const { task_id: taskId } = await way.task(id);
  const reply = { externalId: 'r1', status: 'inBearbeitung' as const, at: way.db.now(), documents: [] };
  expect(await insertReply(way.db, reply, { taskId, actor: 'target' })).toMatchObject({ kind: 'stored' });
  await days(2);
  expect(await way.task(id)).toMatchObject({ state: 'waiting', next: 'status' });
  await days(2);
  expect(await way.task(id)).toMatchObject({ state: 'dead', outcome: 'unanswered' });
}, 60_000);

test('awaited answers have a list by adapter and municipality, and do not count as waiting', async () => {
  await openSilentTarget();
  const first = await way.accept();
  await way.round();
  await days(10);
  await way.accept();
  await way.round();
  await days(1);
  console = await openOperator(way.db, { working: false });
  const operator = await console.as('operator', 'operator');
  const lane = `target:${ars}`;
  const oldest = new Date(way.db.now().getTime() - 11 * day * 3_600_000).toISOString();
  expect((await operator.get('/api/v1/pending')).body).toEqual({
    items: [{ lane, adapter: 'target', ars, count: 2, oldest }],
    more: false,
  });
  expect((await operator.get('/api/v1/pending?longerThan=7&region=08111&adapter=target')).body).toMatchObject({
    items: [{ count: 1, oldest }],
  });
  expect((await operator.get('/api/v1/pending?longerThan=30')).body).toEqual({ items: [], more: false });
  expect((await operator.get(`/api/v1/pending/${lane}?longerThan=7`)).body).toMatchObject({
    items: [{ submissionId: first, leistung: '99102013104000', step: 'step0', since: oldest }],
    more: false,
  });
  expect((await operator.get(`/api/v1/lanes/${lane}`)).body).toMatchObject({ waiting: 0, oldest: null });
  expect(await readCondition(way.db, 64)).toMatchObject({
    oldest: undefined,
    pending: { count: 2, adapter: 'target', ars, seconds: 11 * 86_400 },
  });
  const elsewhere = await console.as('ulm', 'municipality', ['08421']);
  expect((await elsewhere.get('/api/v1/pending')).body).toEqual({ items: [], more: false });
  expect((await elsewhere.get(`/api/v1/pending/${lane}`)).status).toBe(403);
}, 60_000);
