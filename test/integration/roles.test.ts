import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '#store/database.js';
import { type Role, tableGrants } from '#store/grants.js';
import { type Logins, prepareLogins } from '#store/logins.js';
import { migrate } from '#store/migrate.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';

const verbs = {
  select: (table: string) => `select from ${table} limit 0`,
  insert: (table: string) => `insert into ${table} default values`,
  update: (table: string, column: string) => `update ${table} set ${column} = ${column}`,
  delete: (table: string) => `delete from ${table}`,
  truncate: (table: string) => `truncate ${table} cascade`,
};

let lent: TestResource;
let admin: Database;
let logins: Logins;
const users: string[] = [];
/** Each logged in by itself, with its own password. */
const as = {} as Record<keyof Logins, Database>;
let tables: { name: string; column: string; partition: boolean }[];

beforeAll(async () => {
  lent = await createTestDatabase(); // migrated by the administrator, as everything was before there were roles
  admin = await openDatabase(lent.url, { max: 1 });
  logins = { owner: login('owner'), application: login('application'), eraser: login('eraser') };
  await prepareLogins(lent.url, logins);
  await migrate(logins.owner);
  for (const kind of ['owner', 'application', 'eraser'] as const) as[kind] = await openDatabase(logins[kind]);
  await as.application.query(`select access_log.open_month('2026-11-01')`);
  const { rows } = await admin.query<(typeof tables)[number]>(
    `select case nspname when 'public' then '' else nspname || '.' end || relname as name, relispartition as partition,
       (select quote_ident(attname) from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and attidentity = '' and not attisdropped
        order by attnum limit 1) as column
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname in ('public', 'access_log') and relkind in ('r', 'p')
     order by 1`,
  );
  tables = rows;
});

afterAll(async () => {
  await Promise.all([...Object.values(as), admin].map((db) => db?.close()));
  const server = await openDatabase(process.env.TEST_DATABASE_URL!, { max: 1 });
  await lent.drop();
  for (const user of users) await server.query(`drop role if exists ${user}`);
  await server.close();
});

function login(kind: keyof Logins): string {
  const url = new URL(lent.url);
  url.username = `test_${randomBytes(6).toString('hex')}_${kind}`;
  url.password = randomBytes(9).toString('base64url');
  users.push(url.username);
  return url.href;
}

/** Which verbs are not refused for want of a right; whatever they would do is undone. */
async function allowed(db: Database, name: string, column: string): Promise<string[]> {
  const found: string[] = [];
  for (const [verb, statement] of Object.entries(verbs))
    if ((await refusal(db, statement(name, column))) !== '42501') found.push(verb);
  return found;
}

/** The SQLSTATE of a refusal. */
async function refusal(db: Database, statement: string): Promise<string | undefined> {
  const undo = new Error('undo');
  return db
    .transaction(async (sql) => {
      await sql.query(statement);
      throw undo;
    })
    .catch((error) => (error === undo ? undefined : error.code));
}

const rightsOf = (name: string, role: Role): string[] => tableGrants[name]?.[role]?.split(' ') ?? [];

describe('P4 the roles of the database', () => {
  test('every table has a stated rule, and no rule is about nothing', () => {
    const named = tables.filter(({ partition }) => !partition).map(({ name }) => name);
    expect(Object.keys(tableGrants).sort()).toEqual([...named].sort());
  });

  test.each(['application', 'eraser'] as Role[])('%s may do what its rules say, verb by verb', async (role) => {
    for (const { name, column, partition } of tables) {
      const may = partition ? [] : rightsOf(name, role).filter((right) => !right.includes('('));
      expect({ name, may: await allowed(as[role], name, column) }).toEqual({ name, may });
    }
  });

  test('of a submission the application changes how it ended, and nothing of what was handed over', async () => {
    const { rows } = await admin.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'submission'::regclass and attnum > 0`,
    );
    const changed = [];
    for (const { name } of rows)
      if ((await refusal(as.application, `update submission set ${name} = null`)) !== '42501') changed.push(name);
    expect(changed).toEqual(['state', 'ended_at']);
    expect(rightsOf('submission', 'application').join()).toBe('select,insert,update(state),update(ended_at)');
  });

  test('the owner may do everything, also with what the administrator made before', async () => {
    for (const { name, column } of tables)
      expect({ name, may: await allowed(as.owner, name, column) }).toEqual({ name, may: Object.keys(verbs) });
    expect(await refusal(as.owner, 'alter table submission add column extra int')).toBeUndefined();
  });

  test('event, action, parameter and the access log take rows from the application and give none back', () => {
    for (const name of ['event', 'action', 'parameter', 'access_log.entry', 'access_log.person', 'access_log.outcome'])
      expect(tableGrants[name]).toEqual({ application: 'select insert' });
  });

  test('only the owner makes tables, only the eraser forgets a month, and nobody is more than that', async () => {
    const forget = `select access_log.forget_month('2020-01-01', '2026-01-01')`;
    for (const role of ['application', 'eraser'] as const) {
      for (const statement of ['create table own (id int)', 'drop table event', 'create schema own'])
        expect([role, statement, await refusal(as[role], statement)]).toEqual([role, statement, '42501']);
    }
    expect(await refusal(as.application, forget)).toBe('42501');
    expect(await refusal(as.eraser, forget)).toBeUndefined();
    const { rows } = await admin.query(
      `select rolname from pg_roles
       where (rolname like 'stellwerk\\_%' or rolname = any($1))
         and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)`,
      [users],
    );
    expect(rows).toEqual([]);
  });

  test('with one address for everything, applications still act with the rights of theirs only', async () => {
    const db = await openDatabase(lent.url, { max: 2, as: 'application' });
    try {
      const [{ name } = { name: '' }] = (await db.query('select current_user::text as name')).rows;
      expect(name).toBe('stellwerk_application');
      expect(await refusal(db, 'delete from event')).toBe('42501');
    } finally {
      await db.close();
    }
  });

  test('who is not the owner migrates nothing, and is told which setting names the owner', async () => {
    await migrate(logins.application); // up to date
    await admin.query(`delete from migration where name = '018_roles'`);
    await expect(migrate(logins.application)).rejects.toThrow(/DATABASE_OWNER_URL/);
    await admin.query(`insert into migration (name, run_on) values ('018_roles', '2026-11-01')`);
  });

  test('a right that somebody took or gave is put right at the next start', async () => {
    await admin.query(`revoke select on event from stellwerk_application`);
    await admin.query(`grant delete on event to stellwerk_application`);
    await admin.query(`grant update (ars) on submission to stellwerk_application`);
    await migrate(logins.owner);
    expect(await refusal(as.application, 'update submission set ars = ars')).toBe('42501');
    expect(await refusal(as.application, `update submission set state = 'open', ended_at = null`)).toBeUndefined();
    expect(await allowed(as.application, 'event', 'at')).toEqual(['select', 'insert']);
  });
});

describe('P5 an attempt', () => {
  test('changes only while its task runs it', async () => {
    await admin.query(
      `insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
         schema_version, steps, traceparent, received_at, accepted_at)
       values (gen_random_uuid(), gen_random_uuid(), 'c', 'c', 'l', 'a', '1', 's', '1', '[]', 't', $1, $1)`,
      [admin.now()],
    );
    await admin.query(
      `insert into task (task_id, submission_id, case_id, step, step_name, kind, adapter, leistung, ars, lane,
         traceparent, state, next, due_at, attempts, created_at)
       select gen_random_uuid(), submission_id, case_id, 0, 's', 'fachverfahren', 'echo', 'l', 'a', 'echo:a',
         't', 'running', 'deliver', $1, 2, $1
       from submission`,
      [admin.now()],
    );
    await admin.query(
      `insert into attempt (task_id, attempt, generation, call, worker, started_at)
       select task_id, n, 1, 'deliver', 'w', $1 from task, generate_series(1, 2) n`,
      [admin.now()],
    );
    const change = (attempt: number) =>
      refusal(as.application, `update attempt set reason = 'x' where attempt = ${attempt}`);
    expect(await change(2)).toBeUndefined();
    expect(await change(1)).toBe('P0001');
    // what ends the task may end its attempt in the same statement
    const both = `with ended as (update task set state = 'done' returning task_id)
      update attempt set outcome = 'delivered' from ended where attempt.task_id = ended.task_id and attempt = 2`;
    expect(await refusal(as.application, both)).toBeUndefined();
    await admin.query(`update task set state = 'done'`);
    expect(await change(2)).toBe('P0001');
    expect(await refusal(as.owner, 'delete from attempt')).toBe('P0001');
  });
});
