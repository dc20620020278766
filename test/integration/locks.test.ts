import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, isUnavailable, openDatabase } from '#store/database.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';

let lent: TestResource;
let db: Database;
let other: Database;

beforeEach(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 4, application: 'locks' });
  other = await openDatabase(lent.url, { max: 1, application: 'other' });
});
afterEach(async () => {
  await Promise.all([db.close(), other.close()]);
  await lent.drop();
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
