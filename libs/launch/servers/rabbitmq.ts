import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Obstacle } from '../obstacle.js';
import { texts } from '../texts.js';
import { answersAmqp } from './amqp.js';
import { endProcess } from './process-identity.js';
import { killAll, lastLines, type Server, spawnServer, untilReady } from './server.js';

export interface BrokerPorts {
  amqp: number;
  /** Erlang distribution and its name service, both on loopback only. */
  distribution: number;
  epmd: number;
  /** HTTP management; without it the node boots without the plugin. */
  management?: number;
}

export interface BrokerAccess {
  ports: BrokerPorts;
  user: string;
  password: string;
}

export interface BrokerOptions extends BrokerAccess {
  /** The data folder; everything of the node goes to `rabbitmq/` in it. */
  home: string;
  /** The folder of the server's own scripts, from {@link findServer}. */
  scripts: string;
}

/** The addresses of a broker on this machine. */
export function brokerUrls(access: { user: string; password: string; amqp: number; management?: number }) {
  const login = `${access.user}:${access.password}@127.0.0.1`;
  return {
    amqpUrl: `amqp://${login}:${access.amqp}`,
    ...(access.management && { managementUrl: `http://${login}:${access.management}` }),
  };
}

/**
 * The folder with the scripts of an installed RabbitMQ. Distributions put a wrapper into PATH that changes the user;
 * the real script has `rabbitmq-env` beside it.
 */
export function findServer(): string | undefined {
  const known = [
    '/usr/lib/rabbitmq/lib/*/sbin',
    '/opt/homebrew/opt/rabbitmq/sbin',
    '/usr/local/opt/rabbitmq/sbin',
    '/opt/rabbitmq/sbin',
  ];
  const folders = [
    ...inPath('rabbitmq-server').map((file) => dirname(realpathSync(file))),
    ...known.flatMap((pattern) => globSync(pattern).sort().reverse()),
  ];
  return folders.find(
    (folder) => existsSync(join(folder, 'rabbitmq-env')) && existsSync(join(folder, 'rabbitmq-server')),
  );
}

/** A RabbitMQ node of our own. Returns at once; `ready` takes 9 to 17 s. */
export function startBroker(options: BrokerOptions): Server {
  const { home, ports, user, password, scripts } = options;
  const folder = join(home, 'rabbitmq');
  configure(folder, options);
  const env = environment(folder, ports);
  // a node that finds no epmd starts one, which outlives the node: when we start it, its id is known
  const epmd = spawnServer(epmdPath(), ['-port', String(ports.epmd), '-address', '127.0.0.1'], {
    log: join(folder, 'epmd.log'),
    cwd: folder,
    env,
  });
  const log = join(home, 'rabbitmq.log');
  const node = spawnServer(join(scripts, 'rabbitmq-server'), [], { log, cwd: folder, env });
  const { amqpUrl } = brokerUrls({ user, password, ...ports });
  return {
    name: 'RabbitMQ',
    url: amqpUrl,
    processes: [node.identity, epmd.identity],
    ready: untilReady({
      isReady: () => answersAmqp(amqpUrl),
      closed: node.closed,
      interval: 200,
      timeout: 120_000,
      failure: () => texts.rabbitmq.notStarting(lastLines(log)),
    }),
    closed: node.closed,
    async stop() {
      await endProcess(node.identity, 'SIGTERM', 5_000);
      await endProcess(epmd.identity, 'SIGTERM', 1_000);
    },
    kill: () => killAll([node.identity, epmd.identity]),
  };
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

/** Name, cookie, ports and folders of its own: nothing of the machine's own broker is read or touched. */
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

/** Erlang's name service: in PATH, or in the folder of the Erlang that `erl` starts. */
function epmdPath(): string {
  const besideErlang = () => {
    const args = ['-noshell', '-eval', 'io:put_chars(code:root_dir()), halt().'];
    const folder = execFileSync('erl', args, { encoding: 'utf8' });
    return globSync(join(folder, 'erts-*/bin/epmd'))[0];
  };
  const found = inPath('epmd')[0] ?? besideErlang();
  if (!found) throw new Obstacle(texts.rabbitmq.noEpmd);
  return found;
}

function inPath(command: string): string[] {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .filter(existsSync);
}
