import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { texts } from '../texts.js';
import { answersAmqp } from './amqp.js';
import { endProcess } from './process-identity.js';
import { type BrokerAccess, brokerUrls } from './rabbitmq.js';
import { lastLines, type Server, spawnServer, untilReady } from './server.js';

/** True when a Docker engine answers. */
export function dockerAnswers(): boolean {
  const args = ['version', '--format', '{{.Server.Version}}'];
  return spawnSync('docker', args, { stdio: 'ignore', timeout: 5_000 }).status === 0;
}

/**
 * RabbitMQ 4 in a container that is removed at the end. It keeps no data, because the database knows what is due.
 * `ready` waits ten minutes: the image may have to be fetched first.
 */
export function startBrokerContainer(options: { home: string } & BrokerAccess): Server {
  const { home, ports, user, password } = options;
  const name = `stellwerk-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const remove = () => spawnSync('docker', ['rm', '--force', '--volumes', name], { stdio: 'ignore' });
  remove();
  const log = join(home, 'rabbitmq.log');
  const container = spawnServer('docker', runArguments(name, options), {
    log,
    cwd: home,
    env: { ...process.env, RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password },
  });
  const { amqpUrl } = brokerUrls({ user, password, ...ports });
  return {
    name: 'RabbitMQ',
    url: amqpUrl,
    processes: [container.identity],
    ready: untilReady({
      isReady: () => answersAmqp(amqpUrl),
      closed: container.closed,
      interval: 300,
      timeout: 600_000,
      failure: () => texts.rabbitmq.containerNotStarting(refusal(log) || lastLines(log, 2)),
    }),
    closed: container.closed,
    async stop() {
      await endProcess(container.identity, 'SIGTERM', 8_000); // the client hands the signal on to the container
      remove();
    },
    async kill() {
      spawnSync('docker', ['kill', name], { stdio: 'ignore' });
      await container.closed;
    },
    lastWords: () => refusal(log),
  };
}

function runArguments(name: string, { ports }: BrokerAccess): string[] {
  const { amqp, management } = ports;
  return [
    'run',
    '--rm',
    `--name=${name}`,
    '--label=stellwerk',
    '--hostname=stellwerk',
    `--publish=127.0.0.1:${amqp}:5672`,
    ...(management ? [`--publish=127.0.0.1:${management}:15672`] : []),
    '--env=RABBITMQ_DEFAULT_USER',
    '--env=RABBITMQ_DEFAULT_PASS',
    management ? 'rabbitmq:4-management' : 'rabbitmq:4',
  ];
}

/** Why the client started no container, for instance because the image cannot be fetched; empty when it did. */
const refusal = (log: string): string => /docker: (.+?)\s+(?:Run|See) 'docker/.exec(lastLines(log, 4))?.[1] ?? '';
