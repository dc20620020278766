import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { App, eventually, freePorts } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { createTestDatabase, createTestVhost } from '../kit/services.js';

const names = ['gateway', 'worker', 'console'] as const;

test('gateway, worker and console that start while PostgreSQL is away wait for it', async () => {
  const [database, vhost, ports] = await Promise.all([createTestDatabase(), createTestVhost(), freePorts(4)]);
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-away-'));
  const away = new URL(database.url);
  away.port = String(ports[3]);
  const environment = { STELLWERK_HOME: home, DATABASE_URL: away.href, AMQP_URL: vhost.url };
  const apps = names.map((name, n) => new App(name, ports[n]!, environment));
  const starting = Promise.all(apps.map((app) => app.start('ready', 120)));
  let proxy: Awaited<ReturnType<typeof openProxy>> | undefined;
  try {
    await eventually('all wait', () => apps.every(({ output }) => output.includes('"waiting for a database"')), 60);
    expect(apps.map(({ output }) => output)).toEqual(
      names.map(() => expect.stringMatching(/"setting":"DATABASE_URL","reason":"dort antwortet niemand"/)),
    );
    proxy = await openProxy(database.url, ports[3]!);
    await starting;
    await Promise.all(apps.map((app) => app.stop()));
  } finally {
    await Promise.all(apps.map((app) => app.kill()));
    await proxy?.close();
    await Promise.all([database.drop(), vhost.drop()]);
    rmSync(home, { recursive: true, force: true });
  }
}, 180_000);

test('a database that says no is not waited for', async () => {
  const database = new URL(process.env.TEST_DATABASE_URL!);
  database.password = 'falsch';
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-away-'));
  const gateway = new App('gateway', 0, {
    STELLWERK_HOME: home,
    DATABASE_URL: database.href,
    AMQP_URL: process.env.TEST_AMQP_URL!,
  });
  await expect(gateway.start()).rejects.toThrow(/gateway ended with 1:.*password authentication failed/s);
  rmSync(home, { recursive: true, force: true });
}, 60_000);
