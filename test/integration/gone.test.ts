import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Gone } from '#pipeline/gone.js';
import { checkpointGroup } from '#pipeline/run.js';
import { sweepLeases } from '#pipeline/sweep.js';
import type { Worker } from '#pipeline/worker.js';
import { insertReply } from '#store/replies.js';
import { claimTasks } from '#store/sql/claim.js';
import { recordAttempts } from '#store/sql/record.js';
import { beat, forgetDead } from '#store/sql/worker.js';
import { eventually } from '../kit/processes.js';
import { adapterOf, openWay } from '../kit/way.js';

const lease = 35_000;
const find = async () => 'absent' as const;

let way: Awaited<ReturnType<typeof openWay>>;
let submissionId: string;
let taskId: string;

beforeAll(async () => {
  way = await openWay([adapterOf({ find }), adapterOf({ manifest: { id: 'mail' } })]);
  await beat(way.db, { worker: 'other', now: way.db.now() });
});
afterAll(() => way.close());

/** Another worker has claimed a task, and is gone. */
beforeEach(async () => {
  await way.db.query(`update task set state = 'discarded'`);
  await claimed('target');
});

async function claimed(adapter: string): Promise<void> {
  submissionId = await way.accept([{ adapter }]);
  taskId = (await way.task(submissionId))['task_id'];
  await claim();
}

async function claim(): Promise<void> {
  await claimTasks(way.db, {
    taskIds: [taskId],
    hosts: [null],
    ownSlots: [null],
    rates: [null],
    slots: 100,
    hostSlots: 100,
    now: way.db.now(),
    leases: { '*': lease },
    worker: 'other',
  });
}

async function claimAgain(): Promise<void> {
  await way.db.query(`update task set state = 'queued' where task_id = $1`, [taskId]);
  await claim();
}

const kept = (db = way.db) => {
  const of = { submissionId, taskId, attempt: 1, generation: 1 };
  return checkpointGroup({ ...way.worker, db }, [
    { ...of, step: 'send', sealed: Buffer.alloc(40), adapterVersion: '1.0.0', parameters: [] },
  ]);
};
const gone = (more: Partial<Gone> = {}): Gone => ({ workers: ['other'], beats: [1], dead: [], departed: [], ...more });
const task = () => way.task(submissionId);

test('of a worker that is gone, what was not kept for sending is sent at once', async () => {
  expect(await sweepLeases(way.worker, gone())).toBe(1);
  expect(await task()).toMatchObject({ state: 'queued', next: 'deliver', outcome: 'lost' });
  expect(await kept()).toEqual([undefined]);
});

test('P1 what is lost again and again comes at growing pauses, so that crashes in a row kill no task', async () => {
  const pauses: number[] = [];
  for (let n = 0; n < 4; n++) {
    if (n > 0) await claimAgain();
    await sweepLeases(way.worker, gone());
    pauses.push((await task())['due_at'].getTime() - way.db.now().getTime());
  }
  expect(pauses).toEqual([0, 5_000, 15_000, 60_000]);
});

test('P2 what may have left is looked for after its lease, because the target may be at it until then', async () => {
  await kept();
  await sweepLeases(way.worker, gone());
  const { state, next, due_at: dueAt } = await task();
  expect({ state, next }).toEqual({ state: 'waiting', next: 'find' });
  expect(dueAt.getTime() - way.db.now().getTime()).toBe(lease + 2_000);
});

test('an answer to a worker that only seemed gone counts as long as nobody has looked', async () => {
  const answered = (outcome: string, state: 'done' | 'waiting') => {
    const plain = { next: 'deliver', retries: 0, adapterVersion: '', eventData: {} } as const;
    const record = { ...plain, parameters: [], taskId, attempt: 1, state, outcome, dueAt: way.db.now() };
    return recordAttempts(way.db, { records: [record], now: way.db.now(), lost: false });
  };
  const reply = { externalId: 'R', status: 'bescheid' as const, at: way.db.now(), documents: [] };
  await kept();
  await sweepLeases(way.worker, gone());
  expect(await answered('unknown', 'waiting')).toEqual([]);
  expect(await insertReply(way.db, reply, { taskId, attempt: 1, actor: 'worker' })).toMatchObject({ kind: 'stored' });
  expect(await answered('delivered', 'done')).toEqual([{ taskId }]);
  expect(await task()).toMatchObject({ state: 'done', doubt_attempt: null });
  expect(await answered('delivered', 'done')).toEqual([]);
  await claimed('target');
  await kept();
  await sweepLeases(way.worker, gone());
  await claimAgain();
  expect(await answered('delivered', 'done')).toEqual([]);
});

test('P2 who does not run the adapter itself waits for its target all the same', async () => {
  const wait = async (installed: Worker['adapters']) => {
    await claimed('target');
    await kept();
    await sweepLeases({ ...way.worker, adapters: new Map(), installed } as Worker, gone());
    way.advance(lease + 1);
    await sweepLeases({ ...way.worker, adapters: new Map(), installed } as Worker);
    return (await task())['due_at'].getTime() - way.db.now().getTime();
  };
  expect(await wait(way.worker.adapters)).toBe(1_999);
  expect(await wait(new Map())).toBeGreaterThanOrEqual(60_000);
});

test('P2 what has not left a dead process is sent at once, and what may have left is looked for', async () => {
  await kept();
  await sweepLeases(way.worker, gone({ dead: ['other'], departed: [`${taskId}:1`] }));
  expect(await task()).toMatchObject({ state: 'waiting', next: 'find', doubt_attempt: 1 });
  await claimed('target');
  await kept();
  await sweepLeases(way.worker, gone({ dead: ['other'], departed: ['another:1'] }));
  expect(await task()).toMatchObject({ state: 'queued', next: 'deliver', doubt_attempt: null });
});

test('what may have left and cannot be looked for keeps its lease', async () => {
  await claimed('mail');
  await kept();
  await sweepLeases(way.worker, gone());
  expect(await task()).toMatchObject({ state: 'running', lease_until: expect.any(Date) });
});

test('P2 a worker that has given a sign of life since it was seen is not gone', async () => {
  expect(await sweepLeases(way.worker, gone({ beats: [0] }))).toBe(0);
  expect(await task()).toMatchObject({ state: 'running' });
});

test('P2 a checkpoint that is just being kept is not overlooked', async () => {
  await way.db.transaction(async (sql) => {
    await kept({ ...way.db, ...sql });
    expect(await sweepLeases(way.worker, gone())).toBe(0);
  });
  await sweepLeases(way.worker, gone());
  expect(await task()).toMatchObject({ state: 'waiting', next: 'find' });
});

test('P2 a checkpoint that waits for who takes the task over is not kept', async () => {
  let late: ReturnType<typeof kept> | undefined;
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const blocked = async () => (await way.db.query(waiting)).rowCount > 0;
  const db: typeof way.db = {
    ...way.db,
    transaction: (work) =>
      way.db.transaction(async (sql) => {
        const result = await work(sql);
        late = kept();
        await eventually('the checkpoint waits', blocked);
        return result;
      }),
  };
  expect(await sweepLeases({ ...way.worker, db }, gone())).toBe(1);
  expect(await late).toEqual([undefined]);
  const { rows } = await way.db.query(`select from payload where submission_id = $1 and kind = 'sent'`, [submissionId]);
  expect(rows).toEqual([]);
});

test('a dead worker is forgotten once none of its tasks runs any more', async () => {
  expect(await forgetDead(way.db, { workers: ['other'] })).toEqual([]);
  await sweepLeases(way.worker, gone());
  expect(await forgetDead(way.db, { workers: ['other'] })).toEqual([{ worker: 'other' }]);
});
