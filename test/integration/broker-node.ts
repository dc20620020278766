import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lockHome } from '#launch/lock.js';
import { assignPorts } from '#launch/server-access.js';
import { findServer, startBroker } from '#launch/servers/rabbitmq.js';
import type { Ticket } from '#submission/vocabulary.js';
import { listen } from '../kit/listen.js';
import { closeTogether } from '../kit/proxy.js';

const run = promisify(execFile);

/** The scripts of an installed RabbitMQ. Without it, tests that need a broker of their own cannot run. */
export const installed = findServer();

/** Starts a RabbitMQ for one test file, with its control command. Resolves when it takes connections. */
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
    /** Runs `rabbitmqctl …`; resolves with its standard output. */
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

/** A TCP relay to the broker whose connections a test can cut or let hang. */
export async function startWire(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = dial(Number(target.port || 5672), target.hostname);
    closeTogether(near, far, sockets);
    near.on('data', (bytes) => frozen || far.write(bytes));
    far.on('data', (bytes) => frozen || near.write(bytes));
  });
  const port = await listen(server);
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    /** Ends all connections; new ones can be made. */
    cut,
    /** From now on, all bytes vanish and the connections stay open. */
    freeze: () => {
      frozen = true;
    },
    /** Ends all connections, and refuses new ones. */
    unplug: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
    /** Takes connections again, on the same port, and passes bytes on. */
    async plug() {
      frozen = false;
      await listen(server, port);
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

export function newTicket(adapter: string): Ticket {
  return { taskId: randomUUID(), submissionId: randomUUID(), leistung: '99102013104000', ars: '081110000000', adapter };
}
