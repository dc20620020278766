import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Obstacle } from '../obstacle.js';
import { end } from './os-processes.js';
import { answersAmqp, type BrokerPorts } from './rabbitmq.js';
import { lastLines, type Server, spawnServer } from './server.js';

/** True when a Docker engine answers. */
export function dockerAnswers(): boolean {
  return (
    spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore', timeout: 5_000 }).status ===
    0
  );
}

/** RabbitMQ 4 in a container that is removed at the end. It keeps no data: the database knows what is due. */
export function startBrokerContainer(options: {
  home: string;
  ports: BrokerPorts;
  user: string;
  password: string;
}): Server & { managementUrl?: string } {
  const { home, ports, user, password } = options;
  const name = `stellwerk-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const remove = () => spawnSync('docker', ['rm', '--force', '--volumes', name], { stdio: 'ignore' });
  remove();
  const log = join(home, 'rabbitmq.log');
  const publish = [
    `127.0.0.1:${ports.amqp}:5672`,
    ...(ports.management ? [`127.0.0.1:${ports.management}:15672`] : []),
  ];
  const container = spawnServer(
    'docker',
    [
      ...['run', '--rm', '--name', name, '--label', 'stellwerk', '--hostname', 'stellwerk'],
      ...publish.flatMap((mapping) => ['--publish', mapping]),
      ...[
        '--env',
        'RABBITMQ_DEFAULT_USER',
        '--env',
        'RABBITMQ_DEFAULT_PASS',
        ports.management ? 'rabbitmq:4-management' : 'rabbitmq:4',
      ],
    ],
    { log, cwd: home, env: { ...process.env, RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password } },
  );
  const address = `${user}:${password}@127.0.0.1`;
  return {
    name: 'RabbitMQ',
    url: `amqp://${address}:${ports.amqp}`,
    managementUrl: ports.management ? `http://${address}:${ports.management}` : undefined,
    marks: [container.mark],
    ready: untilReady(`amqp://${address}:${ports.amqp}`, container.closed, log),
    closed: container.closed,
    async stop() {
      await end(container.mark, 'SIGTERM', 8_000); // the client hands the signal on to the container
      remove();
    },
    async kill() {
      spawnSync('docker', ['kill', name], { stdio: 'ignore' });
      await container.closed;
    },
    lastWords: () => complaint(log),
  };
}

/** Why the client started no container, for instance because the image cannot be fetched; empty when it did. */
const complaint = (log: string): string => /docker: (.+?)\s+(?:Run|See) 'docker/.exec(lastLines(log, 4))?.[1] ?? '';

/** The image may have to be fetched first: ten minutes. */
async function untilReady(url: string, closed: Promise<void>, log: string): Promise<void> {
  let ended = false;
  closed.then(() => {
    ended = true;
  });
  const deadline = Date.now() + 600_000;
  while (!(await answersAmqp(url))) {
    if (ended || Date.now() > deadline)
      throw new Obstacle(`RabbitMQ startet nicht im Docker-Container: ${complaint(log) || lastLines(log, 2)}`);
    await pause(300);
  }
}
