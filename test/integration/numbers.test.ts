import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerKeys } from '#access-log/keys.js';
import { type Database, openDatabase } from '#store/database.js';
import { migrate } from '#store/migrate.js';
import { openNumbers } from '#submission/number.js';
import { openLog } from '#telemetry/log.js';
import { startConsole } from '../../apps/console/console.js';
import { startGateway } from '../../apps/gateway/gateway.js';
import { startWorker } from '../../apps/worker/worker.js';
import { openTestConsole, type TestConsole } from '../kit/console.js';
import { seedTask } from '../kit/seeds.js';

let c: TestConsole;
let db: Database;
beforeAll(async () => {
  c = await openTestConsole();
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 2 });
}, 60_000);
afterAll(async () => {
  await db.close();
  await c.close();
});

describe('a number', () => {
  const about = async (submissionId: string) =>
    (await c.ask('operator', 'GET', `/api/v1/submissions/${submissionId}`)).body;

  test('stands wherever people see a submission, and names it however it is written', async () => {
    const { submissionId, taskId } = await seedTask(db);
    const { number } = await about(submissionId);
    expect(number).toMatch(/^SW-\w{4}-\w{4}$/);
    const list = await c.ask('operator', 'GET', '/api/v1/dead-letters');
    expect(list.body.items).toMatchObject([{ taskId, number }]);
    const said = encodeURIComponent(number.slice(3).toLowerCase().replace('-', ' '));
    expect(await about(said)).toMatchObject({ submissionId, number });
    const explained = await c.ask('operator', 'GET', `/api/v1/dead-letters/${said}`);
    expect(explained.body).toMatchObject({ taskId, submission: { submissionId, number } });
    const order = { body: { parameters: 'current' } };
    const replayed = await c.ask('operator', 'POST', `/api/v1/dead-letters/${said}/replay`, order);
    expect([replayed.status, replayed.body]).toEqual([200, { taskId, state: 'queued', next: 'deliver' }]);
    expect(await c.stellwerk('operator', ['submissions', 'show', number])).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`^Nummer: +${number}\n.*${submissionId}`)),
    });
  });

  test('that is mistyped is refused with a sentence, one that nobody has is not found', async () => {
    const { number } = await about((await seedTask(db)).submissionId);
    const mistyped = await c.ask('operator', 'GET', `/api/v1/submissions/${number.slice(0, -1)}`);
    expect([mistyped.status, mistyped.body.code]).toEqual([400, 'malformed']);
    expect(mistyped.body.detail).toContain('ein Zeichen ist falsch, fehlt oder ist vertauscht');
    const said = await c.stellwerk('operator', ['dead-letters', 'show', `${number}7`]);
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('nicht richtig abgeschrieben') });
    const key = Buffer.from(c.settings.STELLWERK_KEY!, 'base64');
    const free = openNumbers(key).write(1_000_000);
    for (const path of [`submissions/${free}`, `dead-letters/${free}`])
      expect((await c.ask('operator', 'GET', `/api/v1/${path}`)).status).toBe(404);
  });

  test('P4 reaches no further than the id', async () => {
    const { number } = await about((await seedTask(db, { ars: '081150003003' })).submissionId);
    expect((await c.ask('stadt-boeblingen', 'GET', `/api/v1/submissions/${number}`)).status).toBe(200);
    for (const path of [`submissions/${number}`, `dead-letters/${number}`])
      expect((await c.ask('stadt-stuttgart', 'GET', `/api/v1/${path}`)).status).toBe(403);
  });
});

describe('the store', () => {
  test('numbers what was there before in the order of acceptance', async () => {
    const ids: string[] = [];
    for (const day of ['2026-03-02', '2026-03-01', '2026-03-03'])
      ids.push((await seedTask(db, { diedAt: new Date(day) })).submissionId);
    await db.query('drop table submission_number, pseudonym_key');
    await db.query(`delete from migration where name = '031_numbers'`);
    await migrate(c.settings.DATABASE_URL!);
    const { rows } = await db.query('select number, submission_id from submission_number order by number');
    expect(rows.slice(0, 3).map(({ submission_id }) => ids.indexOf(submission_id))).toEqual([1, 0, 2]);
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, n) => n + 1));
  });

  test('makes all numbers from its first key, also when there are newer ones, and refuses without it', async () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const at = async (...keys: Buffer[]) => registerKeys(db, keys);
    expect(await Promise.all([at(first), at(first), at(first)])).toEqual(Array(3).fill({ version: 1, first }));
    expect(await at(second, first)).toEqual({ version: 2, first });
    expect(await at(first)).toEqual({ version: 1, first });
    await expect(at(randomBytes(32))).rejects.toThrow(/PSEUDONYM_KEY: .*docs\/keys\.md/);
    await expect(at(second)).rejects.toThrow('PSEUDONYM_KEY');
    expect((await db.query('select from pseudonym_key')).rowCount).toBe(2);
    const [PSEUDONYM_KEY, EVIDENCE_KEY] = [second.toString('base64'), second.toString('base64')];
    const settings = { ...c.settings, AMQP_URL: 'amqp://127.0.0.1:1', PSEUDONYM_KEY, EVIDENCE_KEY };
    const log = openLog('worker', 'error', { write: () => {} });
    for (const start of [startWorker, startGateway, startConsole])
      await expect(start(settings, log)).rejects.toThrow(
        'es fehlt der Schlüssel, mit dem diese Datenbank begonnen hat',
      );
  });
});
