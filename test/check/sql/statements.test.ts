import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'libpg-query';
import { type Database, openDatabase } from '#store/database.js';
import { createTestDatabase, type TestResource } from '../../kit/services.js';
import { columnsOf, type Tables } from './columns.js';
import { tablesOf } from './describe.js';
import { columnTypes } from './typescript.js';
import { stale } from './write.js';

let lent: TestResource;
let db: Database;
let tables: Tables;
beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 1 });
  tables = await tablesOf(db);
});
afterAll(async () => {
  await db.close();
  await lent.drop();
});

test('the schema takes every statement, and its TypeScript says what PostgreSQL says (npm run sql)', async () => {
  expect(await stale(db)).toEqual([]);
}, 60_000);

test('whoever gives a column a type names a column that is there', () => {
  const columns = [...tables.values()].flat().map(({ origin }) => origin);
  expect(Object.keys(columnTypes).filter((column) => !columns.includes(column))).toEqual([]);
});

describe('a column may be null', () => {
  const nullable = async (sql: string) => {
    const { stmts } = (await parse(sql)) as { stmts: { stmt: Record<string, unknown> }[] };
    return columnsOf(stmts[0]!.stmt, tables).flatMap((column) => (column.nullable ? [column.name] : []));
  };

  test.each([
    ['where the table lets it', 'select task_id, outcome from task', ['outcome']],
    [
      'where an outer join may have left it out',
      'select s.ars, t.ars as town from submission s left join task t using (submission_id)',
      ['town'],
    ],
    ['on the other side of a right join', 'select s.ars, t.lane from task t right join submission s on true', ['lane']],
    [
      'on both sides of a full join',
      'select s.form_id, t.lane from task t full join submission s on true',
      ['form_id', 'lane'],
    ],
    [
      'through a CTE and a star',
      'with c as (select t.lane from lane l left join task t using (lane)) select * from c',
      ['lane'],
    ],
    [
      'through a lateral subquery',
      'select x.lane from task t left join lateral (select lane from lane) x on true',
      ['lane'],
    ],
    [
      'where a row may be missing',
      'select (select lane from lane) as lane, (select count(*) from lane) as count',
      ['lane'],
    ],
    [
      'where one branch has none',
      `select case when attempts > 0 then lane end as a, coalesce(reason, lane) as b from task`,
      ['a'],
    ],
    ['in either part of a union', 'select lane, ars from task union all select reason, ars from lane', ['lane']],
    ['after a change, as before it', 'update task set state = $1 returning lane, reason', ['reason']],
    [
      'where a function may answer nothing',
      'select max(attempts) as most, exists (select from lane) as any from task',
      ['most'],
    ],
  ])('%s', async (_, sql, expected) => {
    expect(await nullable(sql)).toEqual(expected);
  });
});
