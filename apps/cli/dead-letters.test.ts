import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '#store/database.js';
import { openTestConsole, type TestConsole } from '../../test/kit/console.js';
import { eventually } from '../../test/kit/processes.js';
import { seedTask } from '../../test/kit/seeds.js';

let c: TestConsole;
let db: Database;
beforeAll(async () => {
  c = await openTestConsole();
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 2 });
});
afterAll(async () => {
  await db?.close();
  await c?.close();
});
beforeEach(async () => {
  await db.query('truncate submission, task, attempt, event, lane, replay, replay_item, stray cascade');
});

const stellwerk = (...args: string[]) => c.stellwerk('operator', args);

describe('stellwerk dead-letters', () => {
  test('lists, explains and brings back a dead letter; the second time it says why not', async () => {
    const { taskId, submissionId } = await seedTask(db);
    const list = await stellwerk('dead-letters', 'list', '--region', '08111');
    expect(list.out).toMatch(new RegExp(`${taskId}.*Stuttgart.*echo.*abgelehnt.*Angaben unvollständig`));
    expect(await stellwerk('dead-letters', 'list', '--by-cause')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/1 +│ echo +│ abgelehnt +│ Angaben unvollständig/),
    });

    const shown = await stellwerk('dead-letters', 'show', taskId);
    expect(shown.out).toMatch(/Stand: +aufgegeben/);
    expect(shown.out).toMatch(/Schema: +S99000001 V1\.2/);
    expect(shown.out).toMatch(/1 +│ \d\d\.\d\d\.\d{4} .* zustellen +│ 1\.0\.0 +│ abgelehnt/);

    const replay = ['dead-letters', 'replay', taskId, '--parameters', 'current', '--reason', 'behoben'];
    expect(await stellwerk(...replay)).toMatchObject({ code: 0, out: 'Wird jetzt erneut versucht.\n' });
    expect(await stellwerk(...replay)).toMatchObject({
      code: 1,
      out: '',
      err: 'Diese Aufgabe ist nicht (mehr) aufgegeben; ihr Stand ist „queued“.\n',
    });
    const view = await stellwerk('submissions', 'show', submissionId);
    expect(view.out).toMatch(/Zustellung erneut gestartet/);
  });

  test('whoever replays chooses the parameters, whoever discards or resolves says why', async () => {
    const { taskId } = await seedTask(db, { outcome: 'unknown', doubtAttempt: 1 });
    expect(await stellwerk('dead-letters', 'replay', taskId)).toMatchObject({ code: 1, out: '' });
    expect(await stellwerk('dead-letters', 'discard', taskId)).toMatchObject({ code: 1, out: '' });
    const both = ['dead-letters', 'resolve', taskId, '--reason', 'Anruf', '--arrived', '--not-arrived'];
    expect(await stellwerk(...both)).toMatchObject({ code: 1, err: expect.stringContaining('genau eines') });
    expect((await db.query('select state from task')).rows).toEqual([{ state: 'dead' }]);
    expect(await stellwerk(...both.slice(0, -1))).toMatchObject({ code: 0, out: 'Erledigt.\n' });
  });

  test('--json prints the answer of the API and nothing else', async () => {
    const { taskId } = await seedTask(db);
    const { items, next } = JSON.parse((await stellwerk('dead-letters', 'list', '--json')).out);
    expect([items.length, items[0].taskId, next]).toEqual([1, taskId, null]);
    expect(JSON.parse((await stellwerk('dead-letters', 'show', taskId, '--json')).out)).toMatchObject({
      taskId,
      state: 'dead',
    });
  });
});

describe('stellwerk replays', () => {
  test('shows first what would happen, and without a terminal does it only with --yes', async () => {
    await seedTask(db);
    await seedTask(db, { ars: '081150003003' });
    const start = ['replays', 'start', '--parameters', 'as-ran', '--region', '08111'];
    expect(await stellwerk(...start, '--dry-run')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 Aufgabe würde erneut zugestellt.'),
    });
    expect(await stellwerk(...start)).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect((await db.query('select count(*) from replay')).rows).toEqual([{ count: 0 }]);
    const done = await stellwerk(...start, '--yes', '--reason', 'Wartung beendet');
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('alle angestoßen: 1 von 1 erneut versucht, 0 erledigt, 1 unterwegs'),
    });
    const replayId = /replays show (\S+)/.exec(done.out)![1]!;
    expect(await stellwerk('replays', 'list')).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`${replayId}.*operator.*Wartung beendet`)),
    });
    expect(await stellwerk('replays', 'show', replayId)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/region=08111[\s\S]*unterwegs[\s\S]*gestartet/),
    });
    expect(await stellwerk('replays', 'cancel', replayId)).toMatchObject({
      code: 1,
      err: expect.stringContaining('sent'),
    });
    expect(await stellwerk(...start, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nichts zu tun'),
    });
  });

  test('--wait ends with code 2 when something was given up again', async () => {
    const { taskId } = await seedTask(db);
    const started = stellwerk('replays', 'start', '--parameters', 'current', '--yes', '--wait');
    await eventually('the task is queued', async () => {
      const { rowCount } = await db.query(
        `update task set state = 'dead', attempts = 2 where task_id = $1 and state = 'queued'`,
        [taskId],
      );
      return rowCount === 1;
    });
    expect(await started).toMatchObject({ code: 2, out: expect.stringContaining('1 wieder aufgegeben') });
  });
});

describe('stellwerk lanes', () => {
  test('shows why a lane is closed, and has it probed', async () => {
    const { lane } = await seedTask(db);
    await db.query(
      `update lane set state = 'closed', why = 'misconfigured', reason = 'Zugang abgelehnt',
         parameter = 'echo.token', probe_at = $1`,
      [new Date(db.now().getTime() + 3_600_000)],
    );
    expect(await stellwerk('lanes', '--state', 'closed')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/geschlossen: falsch eingestellt +│ Zugang abgelehnt \(echo\.token\)/),
    });
    expect(await stellwerk('lanes', 'probe', lane)).toMatchObject({ code: 0 });
    expect((await db.query('select probe_at <= $1 as due from lane', [db.now()])).rows).toEqual([{ due: true }]);
  });
});

test('stellwerk pending lists whose answer is awaited, and the submissions behind a row', async () => {
  const { submissionId, lane, taskId } = await seedTask(db, { state: 'waiting', next: 'status', outcome: 'pending' });
  await db.query('update task set pending_since = $2 where task_id = $1', [taskId, new Date('2026-01-15T11:00:00Z')]);
  const list = await stellwerk('pending', '--longer-than', '14');
  expect(list).toMatchObject({ code: 0, out: expect.stringMatching(/Stuttgart.* │ 1 +│ 15\.01\.2026 12:00:00/) });
  expect((await stellwerk('pending', 'show', lane)).out).toContain(submissionId);
  expect((await stellwerk('pending', '--longer-than', 'lange')).err).toContain('Eine ganze Zahl von Tagen.');
});
