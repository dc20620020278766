import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { root } from '#settings/root.js';
import { openCut } from '../kit/cut.js';
import { eventually } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openWorld } from '../kit/world.js';

const hundesteuer = '99102013104000';
const heilbronn = '081210000000';
const freiburg = '083110000000';
const form = readFileSync(join(root, 'schemas/processes', hundesteuer, 'examples/valid-mit-nachweis.json'), 'utf8');

let world: Awaited<ReturnType<typeof openWorld>>;
let database: Awaited<ReturnType<typeof openProxy>>;
let sftpPort: number;

beforeAll(async () => {
  world = await openWorld({
    prepare: async ({ DATABASE_URL }) => {
      database = await openProxy(DATABASE_URL);
    },
    through: (app) => (app === 'worker' ? { DATABASE_URL: database.url } : ({} as Record<string, string>)),
  });
  const values = (await (await fetch(`${world.simulator.url}/control/development`)).json()) as { sftpPort: number };
  sftpPort = values.sftpPort;
  await Promise.all([world.gateway.start(), world.worker.start('live'), world.console.start()]);
}, 60_000);
afterEach(() => world.setParameter(heilbronn, hundesteuer, 'file-drop.port', sftpPort));
afterAll(async () => {
  await world.close();
  await database.close();
});

async function submit(ars: string): Promise<string> {
  const answer = await world.post(hundesteuer, ars, form);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}
const taskOf = async (submissionId: string) =>
  (await world.view(submissionId)).tasks.find(({ adapter }) => adapter === 'file-drop')!.taskId;
const filesOf = (ars: string, taskId: string) =>
  readdirSync(join(world.home, 'simulator', 'ablage', ars))
    .filter((name) => name.includes(taskId) && !name.startsWith('.'))
    .sort();
const contentOf = (ars: string, name: string) =>
  readFileSync(join(world.home, 'simulator', 'ablage', ars, name), 'utf8');
const effectsOf = async (submissionId: string) =>
  ((await (await fetch(`${world.simulator.url}/control/effects/ablage`)).json()) as { submissionId: string }[]).filter(
    (effect) => effect.submissionId === submissionId,
  ).length;
const fault = (body: object) =>
  fetch(`${world.simulator.url}/control/faults/ablage`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function expectOneFile(submissionId: string): Promise<string> {
  expect(Object.keys(await world.allFinished(60))).toEqual(['done']);
  const taskId = await taskOf(submissionId);
  expect(filesOf(heilbronn, taskId)).toEqual([
    `${taskId}.xml`,
    `${taskId}_1.pdf`,
    `${taskId}_2.pdf`,
    `${taskId}_3.pdf`,
  ]);
  expect(await effectsOf(submissionId)).toBe(1);
  return taskId;
}

describe('P2 a town that takes files', () => {
  test('gets XML by SFTP, once, with the council’s rates; a preview shows the same bytes', async () => {
    const submissionId = await submit(heilbronn);
    const taskId = await expectOneFile(submissionId);
    const xml = contentOf(heilbronn, `${taskId}.xml`);
    const { Hundesteueranmeldung: message } = new XMLParser({ ignoreAttributes: false }).parse(xml);
    expect([message['@_antrag'], message.Hund.SteuersatzEuro['#text']]).toEqual([submissionId, 110]);

    const ask = async (client: string) =>
      fetch(`${world.console.url}/api/v1/tasks/${taskId}/render`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await world.bearer(client)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'Rückfrage der Stadt' }),
      });
    expect((await ask('auditor')).status).toBe(403);
    expect((await ask('stadt-stuttgart')).status).toBe(403);
    const { artifacts } = (await (await ask('operator')).json()) as { artifacts: { name: string; text?: string }[] };
    expect(artifacts.map(({ name }) => name)).toEqual([
      `${taskId}_1.pdf`,
      `${taskId}_2.pdf`,
      `${taskId}_3.pdf`,
      `${taskId}.xml`,
    ]);
    expect(artifacts.at(-1)!.text).toBe(xml);
    const { rows } = await world.db.query(
      `select type, actor, data from event where submission_id = $1 order by event_id desc limit 1`,
      [submissionId],
    );
    expect(rows[0]).toEqual({ type: 'payload-viewed', actor: 'operator', data: { reason: 'Rückfrage der Stadt' } });
    expect(await effectsOf(submissionId)).toBe(1);
  }, 60_000);

  test('gets CSV by WebDAV, a line for each dog', async () => {
    const submissionId = await submit(freiburg);
    await world.allFinished(60);
    const taskId = await taskOf(submissionId);
    const lines = contentOf(freiburg, `${taskId}.csv`).split('\r\n');
    expect(lines[0]).toMatch(/^\ufeffAntrag;Eingang;AGS;/);
    expect(lines[1]).toContain(`${submissionId};`);
    expect(await effectsOf(submissionId)).toBe(1);
  }, 60_000);

  test('is sent one file when the worker dies after its checkpoint', async () => {
    const dead = new Promise<void>((resolve) =>
      database.lay({
        marker: statement('keep_checkpoints'),
        direction: 'there',
        when: 'after',
        spring: () => void world.worker.kill().then(resolve),
      }),
    );
    const submissionId = await submit(heilbronn);
    await dead;
    await world.worker.start('live');
    await expectOneFile(submissionId);
  }, 90_000);

  test('is sent one file when the worker dies while it writes', async () => {
    let dead = () => {};
    const died = new Promise<void>((resolve) => {
      dead = resolve;
    });
    const cut = await openCut(sftpPort, 4_000, () => void world.worker.kill().then(dead));
    await world.setParameter(heilbronn, hundesteuer, 'file-drop.port', cut.port);
    const submissionId = await submit(heilbronn);
    await died;
    await world.worker.start('live');
    await expectOneFile(submissionId);
    await cut.close();
  }, 90_000);

  test('is sent one file when the worker dies after the rename, also where it was taken away since', async () => {
    await fault({ mode: 'slow', ars: heilbronn, for: 1 });
    const submissionId = await submit(heilbronn);
    await eventually('the file is there', async () => (await effectsOf(submissionId)) === 1);
    await world.worker.kill();
    const taskId = await taskOf(submissionId);
    for (const name of filesOf(heilbronn, taskId)) rmSync(join(world.home, 'simulator', 'ablage', heilbronn, name));
    await world.worker.start('live');
    expect(Object.keys(await world.allFinished(60))).toEqual(['done']);
    expect([filesOf(heilbronn, taskId), await effectsOf(submissionId)]).toEqual([[], 1]);
    expect((await world.view(submissionId)).events.map(({ text }) => text)).toContain(
      'Nachgesehen: Der Antrag ist beim Fachverfahren angekommen.',
    );
  }, 90_000);
});
