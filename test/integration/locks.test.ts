import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, isUnavailable, openDatabase } from '#store/database.js';
import type { AttemptRecord } from '#store/rows.js';
import { claimTasks } from '#store/sql/claim.js';
import { forgetLaneFailures, wakeLane } from '#store/sql/lane.js';
import { recordAttempts } from '#store/sql/record.js';
import { putBack } from '#store/sql/relay.js';
import { wakeMissing } from '#store/sql/sweep.js';
import { seedMany } from '../kit/seeds.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';

let lent: TestResource;
let db: Database;
let other: Database;

beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 4, application: 'locks' });
  other = await openDatabase(lent.url, { max: 1, application: 'other' });
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await lent.drop();
});

const claimOf = (taskIds: string[]) => ({
  taskIds,
  hosts: taskIds.map(() => null),
  ownSlots: taskIds.map(() => null),
  rates: taskIds.map(() => null),
  now: db.now(),
  leases: { '*': 1_000 },
  worker: 'test',
  slots: 1_000,
  hostSlots: 1_000,
});

describe('the server', () => {
  test('ends what a process no longer waits for, before the process gives up by itself', async () => {
    const { rows } = await db.query(
      `select name, setting::int as ms from pg_settings
       where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
    );
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', ms: 15_000 },
      { name: 'lock_timeout', ms: 5_000 },
      { name: 'statement_timeout', ms: 14_000 },
    ]);
    expect(['57014', '55P03', '25P03'].every((code) => isUnavailable({ code }))).toBe(true);
  });

  test('may end a transaction between two queries: it fails, and the process goes on', async () => {
    const cut = db.transaction(async (sql) => {
      const { rows } = await sql.query('select pg_backend_pid() as pid');
      await other.query('select pg_terminate_backend($1, 5000)', [rows[0]!['pid']]);
      await new Promise((resolve) => setImmediate(resolve)); // the socket hears of it
      await sql.query('select 1');
    });
    await expect(cut).rejects.toThrow();
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('statements that write several rows take them in the order of their keys', () => {
  const count = 40;
  const record = (taskId: string): AttemptRecord => ({
    taskId,
    attempt: 1,
    state: 'done',
    next: 'deliver',
    dueAt: db.now(),
    retries: 0,
    outcome: 'delivered',
    adapterVersion: '1',
    parameters: [],
    eventData: {},
  });
  const lane = 'echo:081100000000';

  beforeAll(() => seedMany(db, count));

  test.each<[string, string, (taskIds: string[]) => Promise<unknown>]>([
    [
      'record',
      `state = 'running', attempts = 1`,
      (taskIds) => recordAttempts(db, { records: taskIds.map(record), now: db.now(), lost: false }),
    ],
    ['put_back', `state = 'queued'`, (taskIds) => putBack(db, { taskIds, dueAt: db.now() })],
    [
      'wake_missing',
      `state = 'waiting', outcome = 'missing', due_at = now() + interval '1 day'`,
      () => wakeMissing(db, { seen: 0, now: db.now(), most: 1_000 }),
    ],
    [
      'wake_lane',
      `state = 'waiting', lane = '${lane}', due_at = now() + interval '1 day'`,
      () => wakeLane(db, { lane, now: db.now(), most: 1_000 }),
    ],
    ['claim', `state = 'queued', due_at = now()`, (taskIds) => claimTasks(db, claimOf(taskIds))],
  ])('%s', async (_, change, run) => {
    await db.query(
      `insert into parameter (region, leistung, name, value, valid_from, author, reason, created_at)
       values ('08', '*', 'rest.token', '1', now(), '', '', now())`,
    );
    // the first in the order of keys is the last in the table
    const { rows } = await db.query('select task_id from task order by task_id');
    const ids = rows.map((row) => row['task_id'] as string);
    for (const id of ids.toReversed()) await db.query(`update task set ${change} where task_id = $1`, [id]);
    await blockedAt('task', 'task_id', ids, () => run(ids.toReversed()));
  });

  test('forget_lane_failures', async () => {
    const { rows } = await db.query('select lane from lane order by lane');
    const lanes = rows.map((row) => row['lane'] as string);
    for (const one of lanes.toReversed()) await db.query('update lane set failures = 1 where lane = $1', [one]);
    await blockedAt('lane', 'lane', lanes, () => forgetLaneFailures(db, { lanes: lanes.toReversed() }));
  });

  test('a claim waits for whoever is looking at its task, and its ticket is not lost', async () => {
    await db.query(`update task set state = 'queued'`);
    const { rows } = await db.query('select task_id from task limit 1');
    const taskIds = [rows[0]!['task_id'] as string];
    let claiming: ReturnType<typeof claimTasks> | undefined;
    await other.transaction(async (sql) => {
      await sql.query('select from task where task_id = any($1) for update', [taskIds]);
      claiming = claimTasks(db, claimOf(taskIds));
      await waiting(claiming);
    });
    expect(await claiming).toHaveLength(1);
  });

  /** While another holds the first row, the statement waits there and holds none of the others. */
  async function blockedAt(table: string, key: string, keys: string[], run: () => Promise<unknown>): Promise<void> {
    let running: Promise<unknown> | undefined;
    const free = await other.transaction(async (sql) => {
      await sql.query(`select from ${table} where ${key} = $1 for update`, [keys[0]]);
      running = run();
      await waiting(running);
      const all = `select from ${table} where ${key} = any($1) for update skip locked`;
      return (await sql.query(all, [keys])).rowCount;
    });
    await running;
    expect(free).toBe(keys.length);
  }

  /** Until it waits for a lock, or has ended without. */
  async function waiting(running: Promise<unknown>): Promise<void> {
    let hasEnded = false;
    const end = () => {
      hasEnded = true;
    };
    running.then(end, end);
    const asked = `select from pg_stat_activity
      where datname = current_database() and application_name = 'locks' and wait_event_type = 'Lock'`;
    while (!hasEnded && (await db.query(asked)).rowCount === 0);
  }
});
