import { type Ground, settleGround } from './home.js';
import { Obstacle } from './obstacle.js';
import { dockerAnswers, startBrokerContainer } from './servers/docker.js';
import { canInstall, installBroker } from './servers/install.js';
import { startPostgres } from './servers/postgres.js';
import { findServer, startBroker } from './servers/rabbitmq.js';
import type { Server } from './servers/server.js';

/** A database or a broker: its address, and how to start it where it is ours. */
export interface Service {
  url: string;
  /** HTTP management of a broker, where there is one. */
  managementUrl?: string | undefined;
  start?: () => Promise<Server>;
}

export interface Services {
  database: Service;
  broker: Service;
}

export interface Wishes {
  databaseUrl?: string | undefined;
  amqpUrl?: string | undefined;
  /** With the broker's HTTP management, for tests. */
  management?: boolean;
  say: (sentence: string) => void;
}

/** Finds PostgreSQL and RabbitMQ: what the settings name, else what this machine offers. Starts nothing yet, but may install RabbitMQ. */
export async function findServices(home: string, wishes: Wishes): Promise<Services> {
  const ground = await settleGround(home, { management: wishes.management ?? false });
  return { database: findDatabase(home, ground, wishes), broker: findBroker(home, ground, wishes) };
}

/** Where {@link findServices} put the servers of a data folder. */
export function addresses(ground: Ground): { databaseUrl: string; amqpUrl: string; managementUrl?: string } {
  const { postgres, rabbitmq } = ground;
  const login = `${rabbitmq.user}:${rabbitmq.password}@127.0.0.1`;
  return {
    databaseUrl: `postgres://stellwerk:${postgres.password}@127.0.0.1:${postgres.port}/postgres`,
    amqpUrl: `amqp://${login}:${rabbitmq.amqp}`,
    ...(rabbitmq.management && { managementUrl: `http://${login}:${rabbitmq.management}` }),
  };
}

function findDatabase(home: string, ground: Ground, { databaseUrl, say }: Wishes): Service {
  if (databaseUrl) return { url: databaseUrl };
  return { url: addresses(ground).databaseUrl, start: () => startPostgres({ home, ...ground.postgres, say }) };
}

function findBroker(home: string, ground: Ground, { amqpUrl, say }: Wishes): Service {
  if (amqpUrl) return { url: amqpUrl };
  const { user, password, ...ports } = ground.rabbitmq;
  const found = addresses(ground);
  const service = { url: found.amqpUrl, managementUrl: found.managementUrl };
  const scripts = findServer() ?? (dockerAnswers() ? undefined : installed(say));
  if (scripts) return { ...service, start: async () => startBroker({ home, ports, user, password, scripts }) };
  say('RabbitMQ läuft in einem Docker-Container (Image rabbitmq:4, beim ersten Mal rund 100 MB).');
  return { ...service, start: async () => startBrokerContainer({ home, ports, user, password }) };
}

function installed(say: (sentence: string) => void): string {
  if (canInstall()) {
    say(
      'RabbitMQ fehlt auf diesem Rechner: Stellwerk installiert jetzt das Paket rabbitmq-server mit apt-get (rund 40 MB, samt Erlang).',
    );
    const scripts = installBroker() ? findServer() : undefined;
    if (scripts) return scripts;
  }
  throw new Obstacle(
    'RabbitMQ fehlt. Drei Wege: AMQP_URL auf einen vorhandenen Server setzen; RabbitMQ auf diesem Rechner installieren (Debian/Ubuntu: apt-get install rabbitmq-server); oder eine Docker-Engine starten, dann nimmt Stellwerk das Image rabbitmq:4.',
  );
}
