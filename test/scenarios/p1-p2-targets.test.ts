import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const ars = '081110000000';
const other = '081150003003';

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;

beforeAll(async () => {
  target = await openTarget();
  world = await openWorld();
  await world.setParameter('08', universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', target.url);
  await Promise.all([world.gateway.start(), world.worker.start('live')]);
}, 60_000);

afterAll(async () => {
  await world.close();
  await target.close();
});

async function submit(count: number, region = ars): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => world.post(universal, region, fundsache)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { submissionId: string }).submissionId));
}

/** Everything accepted was delivered, once. */
async function expectOneEffectEach(ids: string[]) {
  expect(Object.keys(await world.allFinished(60))).toEqual(['done']);
  const counts = target.counts();
  expect(ids.map((id) => counts.get(id))).toEqual(ids.map(() => 1));
}

const effects = (ids: string[]) => ids.filter((id) => target.counts().has(id)).length;

describe('P1 P2 the Fachverfahren', () => {
  test('commits and never answers: we look, and find it', async () => {
    target.become('commit-then-hang');
    const ids = await submit(4);
    await eventually('all four hang', () => effects(ids) === 4);
    target.become('well');
    await expectOneEffectEach(ids);
  }, 60_000);

  test('commits, and a proxy answers 502 or 504: we look, and find it', async () => {
    target.become('commit-then-fail');
    const ids = await submit(4);
    await eventually('all four are there', () => effects(ids) === 4);
    target.become('well');
    await expectOneEffectEach(ids);
  }, 60_000);

  test('commits after our deadline: looking waits until it has settled', async () => {
    target.become('slow');
    const ids = await submit(4);
    await eventually('all four commit late', () => effects(ids) === 4);
    target.become('well');
    await expectOneEffectEach(ids);
  }, 60_000);

  test('of one municipality hangs: the others are served meanwhile', async () => {
    const slow = await openTarget();
    slow.become('hang');
    await world.setParameter(other, '*', 'rest.baseUrl', slow.url);
    const hanging = await submit(20, other);
    const ids = await submit(20);
    await eventually('the others are delivered', () => effects(ids) === 20, 10);
    expect(slow.effects).toEqual([]);
    slow.become('well');
    await eventually('the late ones are delivered', () => slow.effects.length === 20, 60);
    expect(new Set(slow.counts().values())).toEqual(new Set([1]));
    expect(new Set(slow.counts().keys())).toEqual(new Set(hanging));
    await slow.close();
  }, 90_000);
});

describe('P1 P2 SIGTERM', () => {
  test('drains: running calls end, nothing is half-done, nothing is sent twice', async () => {
    const before = target.effects.length;
    const first = submit(100);
    await eventually('work is under way', () => target.effects.length > before + 5);
    expect(await world.worker.stop()).toBeLessThan(15_000);
    const { rows } = await world.db.query(`select count(*) as running from task where state = 'running'`);
    expect(rows[0]).toEqual({ running: 0 });
    await world.worker.start('live');
    await expectOneEffectEach(await first);
  }, 60_000);
});

describe('P2 tickets', () => {
  test('that come ten times take effect once', async () => {
    await world.worker.stop();
    const ids = await submit(10);
    await world.repeatTickets(10);
    await world.worker.start('live');
    await expectOneEffectEach(ids);
  }, 60_000);
});
