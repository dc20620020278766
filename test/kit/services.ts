import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHome } from '#launch/lock.js';
import { assignPorts } from '#launch/server-access.js';
import { startPostgres } from '#launch/servers/postgres.js';
import { removePostgresFiles } from '#launch/servers/postgres-files.js';
import { findServer, startBroker } from '#launch/servers/rabbitmq.js';
import type { Server } from '#launch/servers/server.js';
import { keyringOf } from '#parameters/keyring.js';
import { openDatabase } from '#store/database.js';
import { migrate } from '#store/migrate.js';

/** The operator's key of a store that no process of Stellwerk runs on. */
export const testKeys = keyringOf(Buffer.alloc(32, 7));

/** What a test has for itself, and how it gives that back. */
export interface TestResource {
  url: string;
  drop(): Promise<void>;
}

export interface Vhost extends TestResource {
  /** Deletes it and makes it anew, like a broker that comes back empty. */
  empty(): Promise<void>;
  /** The text of the message at a queue's head, which stays there; undefined when the queue is empty. */
  peek(queue: string): Promise<string | undefined>;
}

/** A database that only this test uses, migrated by default. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestResource> {
  const server = requireEnvironment('TEST_DATABASE_URL');
  const name = `stellwerk_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await command(server, `create database ${name}`);
  if (options.migrated !== false) await migrate(url.href);
  return { url: url.href, drop: () => command(server, `drop database if exists ${name} with (force)`) };
}

/**
 * A virtual host of the test's own, through the broker's HTTP management (TEST_AMQP_MANAGEMENT_URL). On a broker
 * without it: the given virtual host itself, and nothing is dropped.
 */
export async function createTestVhost(): Promise<Vhost> {
  const url = new URL(requireEnvironment('TEST_AMQP_URL'));
  const management = process.env.TEST_AMQP_MANAGEMENT_URL;
  if (!management) return { url: url.href, drop: async () => {}, empty: async () => {}, peek: async () => undefined };
  const name = `test-${randomBytes(6).toString('hex')}`;
  const create = async () => {
    await manage(management, 'PUT', `/api/vhosts/${name}`);
    await manage(management, 'PUT', `/api/permissions/${name}/${url.username}`, {
      configure: '.*',
      write: '.*',
      read: '.*',
    });
  };
  const drop = async () => void (await manage(management, 'DELETE', `/api/vhosts/${name}`));
  await create();
  url.pathname = `/${name}`;
  const peek = async (queue: string) => {
    const messages = await manage(management, 'POST', `/api/queues/${name}/${queue}/get`, {
      count: 1,
      ackmode: 'ack_requeue_true',
      encoding: 'auto',
    });
    return messages && messages !== '[]' ? messages : undefined;
  };
  return { url: url.href, drop, empty: () => drop().then(create), peek };
}

/** A server that only this test uses: it can be stopped, killed and started again with the same data and address. */
export interface PrivateServer {
  url: string;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it like a power cut. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it takes connections. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  drop(): Promise<void>;
}

/** Resolves when it takes connections (1 to 2 s). `settings`: extra server settings, `name=value`. */
export async function startPrivatePostgres(settings: string[] = []): Promise<PrivateServer> {
  const home = privateFolder();
  const { postgres } = await assignPorts(home);
  return privateServer(home, 'SIGINT', () => startPostgres({ home, ...postgres, settings }));
}

/** Undefined where no RabbitMQ is installed. Resolves when it takes connections (9 to 17 s). */
export async function startPrivateBroker(): Promise<PrivateServer | undefined> {
  const scripts = findServer();
  if (!scripts) return undefined;
  const home = privateFolder();
  const { user, password, ...ports } = (await assignPorts(home)).rabbitmq;
  return privateServer(home, 'SIGTERM', async () => startBroker({ home, ports, user, password, scripts }));
}

async function privateServer(
  home: string,
  signal: NodeJS.Signals,
  open: () => Promise<Server>,
): Promise<PrivateServer> {
  const lock = await lockHome(home);
  let server!: Server;
  const end = async (how: 'stop' | 'kill') => {
    await server[how]();
    lock.forget(server.processes);
  };
  const start = async () => {
    server = await open();
    lock.remember(server.name, signal, server.processes);
    await server.ready;
  };
  await start();
  return {
    url: server.url,
    start,
    stop: () => end('stop'),
    kill: () => end('kill'),
    async drop() {
      await end('stop');
      lock.release();
      removePostgresFiles(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A data folder inside that of the test run, which clears up after a killed test. */
function privateFolder(): string {
  const folder = process.env.TEST_HOME ?? tmpdir();
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(join(folder, 'private-'));
  if (process.getuid?.() === 0) chmodSync(home, 0o711);
  return home;
}

async function command(url: string, sql: string): Promise<void> {
  const database = await openDatabase(url, { max: 1, application: 'stellwerk-test' });
  try {
    await database.query(sql);
  } finally {
    await database.close();
  }
}

async function manage(base: string, method: string, path: string, body?: unknown): Promise<string> {
  const { origin, username, password } = new URL(base);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.ok ? answer.text() : '';
}

function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: run "npm test -- <pattern>", which brings the services, or name a server of your own.`,
    );
  return value;
}
