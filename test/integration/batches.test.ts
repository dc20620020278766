import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parameterSweep } from '#pipeline/sweep.js';
import { adapterOf, openWay } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
const tomorrow = () => new Date(way.db.now().getTime() + 86_400_000);
const due = async () => {
  const { rows } = await way.db.query('select count(*) as count from task where due_at <= $1', [way.db.now()]);
  return rows[0]!['count'];
};

beforeEach(async () => {
  way = await openWay([adapterOf()]);
});
afterEach(() => way.close());

/** So many tasks wait until tomorrow, and nobody may write more than a thousand of them at once. */
async function manyWait(count: number): Promise<void> {
  await way.accept();
  await way.db.query(
    `insert into task (task_id, submission_id, case_id, step, step_name, kind, adapter, leistung, ars, lane,
       traceparent, state, next, due_at, created_at)
     select gen_random_uuid(), submission_id, case_id, n, step_name, kind, adapter, leistung, ars, lane,
       traceparent, state, next, due_at, created_at
     from task, generate_series(2, $1::int) n`,
    [count],
  );
  await way.db.query(`update task set state = 'waiting', outcome = 'missing', due_at = $1`, [tomorrow()]);
  await way.db.query(
    `create function refuse() returns trigger language plpgsql as $$
      begin
        if (select count(*) > 1000 from written) then raise 'too many at once'; end if;
        return null;
      end $$`,
  );
  await way.db.query(
    `create trigger few after update on task referencing new table as written
     for each statement execute function refuse()`,
  );
}

test('a lane that opens wakes whatever waits on it, a thousand at once', async () => {
  await manyWait(1_200);
  await way.db.query(`update lane set state = 'closed', why = 'down', closed_at = $1, probe_at = $1`, [way.db.now()]);
  await way.sweep();
  expect(await way.lane()).toMatchObject({ state: 'open' });
  expect(await due()).toBe(1_200);
});

test('a parameter that was set wakes whatever waits for it, a thousand at once', async () => {
  await manyWait(1_200);
  const sweep = parameterSweep();
  await sweep(way.worker);
  expect(await due()).toBe(0);
  await way.db.query(
    `insert into parameter (region, leistung, name, value, valid_from, author, reason, created_at)
     values ('08', '*', 'satz', '1', $1, '', '', $1)`,
    [way.db.now()],
  );
  await sweep(way.worker);
  expect(await due()).toBe(1_200);
});

test('of any number of misconfigured lanes, the one whose parameter was corrected opens', async () => {
  await way.db.query(
    `insert into lane (lane, adapter, ars, state, why, parameter_set, closed_at, probe_at)
     select 'target:' || n, 'target', '08' || n, 'closed', 'misconfigured', case n when 999 then 'before' else '' end,
       $1, $1::timestamptz + n * interval '1 minute'
     from generate_series(700, 999) n`,
    [tomorrow()],
  );
  await way.sweep();
  const { rows } = await way.db.query(`select lane from lane where state = 'open'`);
  expect(rows).toEqual([{ lane: 'target:999' }]);
});
