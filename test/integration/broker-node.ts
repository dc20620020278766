import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lockHome } from '#launch/lock.js';
import { assignPorts } from '#launch/server-access.js';
import { findServer, startBroker } from '#launch/servers/rabbitmq.js';

const run = promisify(execFile);

/** Where RabbitMQ is installed; without it the tests that turn the broker's own screws cannot run. */
export const installed = findServer();

/** A RabbitMQ of this test file's own, with its control command. */
export async function startNode() {
  const folder = process.env.TEST_HOME ?? tmpdir();
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(join(folder, 'broker-'));
  if (process.getuid?.() === 0) chmodSync(home, 0o711);
  const { user, password, ...ports } = (await assignPorts(home)).rabbitmq;
  const lock = await lockHome(home);
  const server = startBroker({ home, ports, user, password, scripts: installed! });
  lock.remember(server.name, 'SIGTERM', server.processes);
  await server.ready;
  return {
    url: server.url,
    /** `rabbitmqctl …`; its standard output. */
    async control(...args: string[]): Promise<string> {
      const env = {
        ...process.env,
        HOME: join(home, 'rabbitmq'),
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        RABBITMQ_NODENAME: 'stellwerk@localhost',
        ERL_EPMD_PORT: String(ports.epmd),
        LC_ALL: 'C.UTF-8',
      };
      const { stdout } = await run(join(installed!, 'rabbitmqctl'), ['-q', '-n', env.RABBITMQ_NODENAME, ...args], {
        env,
      });
      return stdout;
    },
    async drop() {
      await server.stop();
      lock.forget(server.processes);
      lock.release();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A wire to the broker that can be cut, or left hanging. */
export async function startWire(url: string) {
  const target = new URL(url);
  const ends = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = dial(Number(target.port || 5672), target.hostname);
    for (const socket of [near, far]) {
      ends.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        ends.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => frozen || far.write(bytes));
    far.on('data', (bytes) => frozen || near.write(bytes));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  const cut = () => {
    for (const socket of ends) socket.destroy();
  };
  return {
    url: through.href,
    /** Ends all connections; new ones are possible. */
    cut,
    /** Bytes vanish from now on. */
    freeze: () => {
      frozen = true;
    },
    /** Nobody listens any more, and all connections end. */
    unplug: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
    /** The other way round. */
    async plug() {
      frozen = false;
      await listen(port);
    },
  };
}

/** Resolves as soon as `condition` holds; rejects after `deadline` ms. */
export async function until(condition: () => boolean | Promise<boolean>, deadline = 20_000): Promise<void> {
  const end = performance.now() + deadline;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not: ${condition}`);
    await pause(10);
  }
}
