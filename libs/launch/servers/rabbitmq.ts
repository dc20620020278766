import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Obstacle } from '../obstacle.js';
import { end } from './os-processes.js';
import { killAll, lastLines, type Server, spawnServer } from './server.js';

export interface BrokerPorts {
  amqp: number;
  /** Erlang distribution and its name service, both on loopback only. */
  distribution: number;
  epmd: number;
  /** HTTP management; without it the node boots without the plugin. */
  management?: number;
}

export interface BrokerOptions {
  /** The data folder; everything of the node goes to `rabbitmq/` in it. */
  home: string;
  ports: BrokerPorts;
  user: string;
  password: string;
  /** The folder of the server's own scripts, from {@link findServer}. */
  scripts: string;
}

/**
 * The scripts inside an installed RabbitMQ. Distributions put a wrapper into PATH that changes the user; the real script
 * has `rabbitmq-env` beside it.
 */
export function findServer(): string | undefined {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'rabbitmq-server'))
    .filter(existsSync);
  const known = [
    '/usr/lib/rabbitmq/lib/*/sbin',
    '/opt/homebrew/opt/rabbitmq/sbin',
    '/usr/local/opt/rabbitmq/sbin',
    '/opt/rabbitmq/sbin',
  ];
  const folders = [
    ...inPath.map((file) => dirname(realpathSync(file))),
    ...known.flatMap((pattern) => globSync(pattern).sort().reverse()),
  ];
  return folders.find(
    (folder) => existsSync(join(folder, 'rabbitmq-env')) && existsSync(join(folder, 'rabbitmq-server')),
  );
}

/** A private node. Returns at once; `ready` takes 9 to 17 s. */
export function startBroker(options: BrokerOptions): Server & { managementUrl?: string } {
  const { ports, user, password } = options;
  const folder = join(options.home, 'rabbitmq');
  configure(folder, options);
  const env = environment(folder, ports);
  // epmd would outlive the node that starts it: started here, its id is known
  const epmd = spawnServer(epmdPath(), ['-port', String(ports.epmd), '-address', '127.0.0.1'], {
    log: join(folder, 'epmd.log'),
    cwd: folder,
    env,
  });
  const log = join(options.home, 'rabbitmq.log');
  const node = spawnServer(join(options.scripts, 'rabbitmq-server'), [], { log, cwd: folder, env });
  const url = `amqp://${user}:${password}@127.0.0.1:${ports.amqp}`;
  return {
    name: 'RabbitMQ',
    url,
    managementUrl: ports.management ? `http://${user}:${password}@127.0.0.1:${ports.management}` : undefined,
    marks: [node.mark, epmd.mark],
    ready: untilReady(url, node.closed, log),
    closed: node.closed,
    async stop() {
      await end(node.mark, 'SIGTERM', 5_000);
      await end(epmd.mark, 'SIGTERM', 1_000);
    },
    kill: () => killAll([node.mark, epmd.mark]),
  };
}

/** True when something speaks AMQP 0-9-1 there (before any login). */
export function answersAmqp(url: string, patience = 2_000): Promise<boolean> {
  return greet(url, patience).then(
    () => true,
    () => false,
  );
}

/** Rejects with the system's error when nothing speaks AMQP 0-9-1 there. */
export function greet(url: string, patience = 5_000): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'amqps:'
        ? connectTls({ host, port: Number(port || 5671), servername: host })
        : connect({ host, port: Number(port || 5672) });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(patience, () => fail(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once('data', (bytes) => {
      socket.destroy();
      if (bytes[0] === 1) resolve();
      else reject(new Error('dort spricht etwas anderes als AMQP 0-9-1'));
    });
    socket.write('AMQP\0\0\x09\x01', 'latin1');
  });
}

async function untilReady(url: string, closed: Promise<void>, log: string): Promise<void> {
  let ended = false;
  closed.then(() => {
    ended = true;
  });
  const deadline = Date.now() + 120_000;
  while (!(await answersAmqp(url))) {
    if (ended || Date.now() > deadline)
      throw new Obstacle(`RabbitMQ im Datenordner (STELLWERK_HOME) startet nicht: ${lastLines(log)}`);
    await pause(200);
  }
}

function configure(folder: string, { ports, user, password }: BrokerOptions): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    'default_permissions.configure = .*',
    'default_permissions.read = .*',
    'default_permissions.write = .*',
    ...(ports.management ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${ports.management}`] : []),
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'enabled_plugins'), ports.management ? '[rabbitmq_management].\n' : '[].\n');
}

/** Own name, cookie, ports and folders: nothing of the machine's own broker is read or touched. */
function environment(folder: string, ports: BrokerPorts): NodeJS.ProcessEnv {
  const ours = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(RABBITMQ_|ERL_|NOTIFY_SOCKET)/.test(name)),
  );
  return {
    ...ours,
    HOME: folder,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_NODENAME: 'stellwerk@localhost',
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_MNESIA_DIR: join(folder, 'mnesia/node'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // makes the script become the Erlang machine instead of watching over it
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

function epmdPath(): string {
  const beside = () => {
    const root = execFileSync('erl', ['-noshell', '-eval', 'io:put_chars(code:root_dir()), halt().'], {
      encoding: 'utf8',
    });
    return globSync(join(root, 'erts-*/bin/epmd'))[0];
  };
  const found =
    (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'epmd'))
      .find(existsSync) ?? beside();
  if (!found)
    throw new Obstacle(
      'Zum RabbitMQ dieses Rechners fehlt epmd (Erlang): AMQP_URL setzen oder Erlang vollständig installieren.',
    );
  return found;
}
