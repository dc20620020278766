import type { Logins } from '#store/logins.js';
import { Obstacle } from './obstacle.js';
import { assignPorts, type ServerAccess, urlsOf } from './server-access.js';
import { dockerAnswers, startBrokerContainer } from './servers/docker.js';
import { canInstall, installBroker } from './servers/install.js';
import { startPostgres } from './servers/postgres.js';
import { findServer, startBroker } from './servers/rabbitmq.js';
import type { Server } from './servers/server.js';
import type { Unit } from './supervisor.js';
import { texts } from './texts.js';

/** A database or a broker. */
export interface Service {
  url: string;
  /** Who uses the database, where it is our own; `url` is then its administrator's. */
  logins?: Logins;
  /** The broker's HTTP management, if it was asked for. */
  managementUrl?: string | undefined;
  /** How to start it; undefined when a setting names a server that runs already. */
  unit?: Unit;
}

export interface Services {
  database: Service;
  broker: Service;
}

interface ServiceOptions {
  /** A server that runs already. */
  databaseUrl?: string | undefined;
  /** A server that runs already. */
  amqpUrl?: string | undefined;
  /** With the broker's HTTP management, for tests. */
  management?: boolean;
  /** Called with German sentences about what takes long or is unexpected. */
  say: (sentence: string) => void;
}

/**
 * Finds PostgreSQL and RabbitMQ: the servers that the options name, else what this machine offers. Starts nothing yet,
 * but may install RabbitMQ. Throws an Obstacle when there is no RabbitMQ to be had.
 */
export async function findServices(home: string, options: ServiceOptions): Promise<Services> {
  const access = await assignPorts(home, { management: options.management ?? false });
  return { database: findDatabase(home, access, options), broker: findBroker(home, access, options) };
}

function findDatabase(home: string, access: ServerAccess, { databaseUrl, say }: ServiceOptions): Service {
  if (databaseUrl) return { url: databaseUrl };
  const start = () => startPostgres({ home, ...access.postgres, say });
  const { adminUrl, logins } = urlsOf(access);
  return {
    url: adminUrl,
    logins,
    unit: { name: 'PostgreSQL', tier: 'database', signal: 'SIGINT', start },
  };
}

function findBroker(home: string, access: ServerAccess, { amqpUrl, say }: ServiceOptions): Service {
  if (amqpUrl) return { url: amqpUrl };
  const urls = urlsOf(access);
  const start = brokerStart(home, access, say);
  return {
    url: urls.amqpUrl,
    managementUrl: urls.managementUrl,
    unit: { name: 'RabbitMQ', tier: 'broker', signal: 'SIGTERM', start },
  };
}

/** An installed RabbitMQ, else a container, else what can be installed now. */
function brokerStart(home: string, access: ServerAccess, say: (sentence: string) => void): () => Promise<Server> {
  const { user, password, ...ports } = access.rabbitmq;
  const options = { home, ports, user, password };
  const scripts = findServer() ?? (dockerAnswers() ? undefined : install(say));
  if (scripts) return async () => startBroker({ ...options, scripts });
  say(texts.rabbitmq.inContainer);
  return async () => startBrokerContainer(options);
}

/** The folder of the server's scripts. */
function install(say: (sentence: string) => void): string {
  if (canInstall()) {
    say(texts.rabbitmq.installing);
    const scripts = installBroker() ? findServer() : undefined;
    if (scripts) return scripts;
  }
  throw new Obstacle(texts.rabbitmq.missing);
}
