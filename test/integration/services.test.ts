import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { greetBroker } from '#launch/servers/amqp.js';
import { startPostgres } from '#launch/servers/postgres.js';
import { removePostgresFiles } from '#launch/servers/postgres-files.js';

import { openDatabase } from '#store/database.js';
import { createTestDatabase, createTestVhost, startPrivatePostgres } from '../kit/services.js';

describe('the services of a test', () => {
  const drops: Array<() => Promise<void>> = [];
  afterAll(async () => {
    for (const drop of drops) await drop();
  });

  test('two databases do not see each other', async () => {
    const [one, two] = await Promise.all([
      createTestDatabase({ migrated: false }),
      createTestDatabase({ migrated: false }),
    ]);
    drops.push(one.drop, two.drop);
    await ask(one.url, 'create table mine (id int)');
    await expect(ask(two.url, 'select * from mine')).rejects.toMatchObject({ code: '42P01' });
  });

  test('a database comes migrated and is gone after drop', async () => {
    const lent = await createTestDatabase();
    expect((await ask(lent.url, 'select count(*)::int as n from migration'))[0]?.['n']).toBeGreaterThan(0);
    await lent.drop();
    await expect(ask(lent.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });

  test('a virtual host is one of its own where the broker can be managed', async () => {
    const [one, two] = await Promise.all([createTestVhost(), createTestVhost()]);
    drops.push(one.drop, two.drop);
    await greetBroker(one.url);
    expect(one.url === two.url).toBe(!process.env.TEST_AMQP_MANAGEMENT_URL);
  });

  test('a private PostgreSQL keeps committed rows through a power cut', async () => {
    const server = await startPrivatePostgres();
    try {
      await ask(server.url, 'create table kept as select 7 as id');
      await server.kill();
      await expect(ask(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await server.start();
      expect(await ask(server.url, 'select id from kept')).toEqual([{ id: 7 }]);
    } finally {
      await server.drop();
    }
  });

  test('the data of another PostgreSQL version are left alone, with the ways out', async () => {
    const home = mkdtempSync(join(tmpdir(), 'private-'));
    const start = () => startPostgres({ home, port: 0, user: 'postgres', password: 'geheim' });
    try {
      await (await start()).stop();
      const version = join(home, 'postgres/PG_VERSION');
      writeFileSync(version, '11\n');
      await expect(start()).rejects.toThrow(/gehört zu PostgreSQL 11.*DATABASE_URL.*npm run reset/);
      expect(readFileSync(version, 'utf8')).toBe('11\n');
    } finally {
      removePostgresFiles(home);
      rmSync(home, { recursive: true, force: true });
    }
  });
});

async function ask(url: string, sql: string) {
  const database = await openDatabase(url, { max: 1 });
  try {
    return (await database.query(sql)).rows;
  } finally {
    await database.close();
  }
}
