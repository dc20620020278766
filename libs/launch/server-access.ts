import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logins } from '#store/logins.js';
import { readJson, writeJson } from './json-file.js';
import { freePort } from './ports.js';
import { type PostgresAccess, postgresUrl } from './servers/postgres.js';
import { type BrokerPorts, brokerUrls } from './servers/rabbitmq.js';

/**
 * Ports and passwords of a data folder's own servers. They are kept over restarts, and known before the servers run.
 */
export interface ServerAccess {
  /** `users`: the passwords of those who use the database. Version 0.2 had none: everybody was its administrator. */
  postgres: PostgresAccess & { users?: Record<keyof Logins, string> };
  rabbitmq: BrokerPorts & { user: string; password: string };
}

/** Version 0.1 wrote the same content under this name. */
const fileOf = (home: string) => join(home, 'ground.json');

/** Undefined before the first start. */
export function readServerAccess(home: string): ServerAccess | undefined {
  return readJson<ServerAccess>(fileOf(home));
}

/** Takes the ports of the last start where they are free, and others where they are not; writes them down. */
export async function assignPorts(home: string, options: { management?: boolean } = {}): Promise<ServerAccess> {
  const before = readServerAccess(home);
  const access: ServerAccess = {
    postgres: {
      port: await freePort(before?.postgres.port),
      user: before ? (before.postgres.user ?? 'stellwerk') : 'postgres',
      password: before?.postgres.password ?? newPassword(),
      users: before?.postgres.users ?? { owner: newPassword(), application: newPassword(), eraser: newPassword() },
    },
    rabbitmq: {
      user: 'stellwerk',
      password: before?.rabbitmq.password ?? newPassword(),
      amqp: await freePort(before?.rabbitmq.amqp),
      distribution: await freePort(before?.rabbitmq.distribution),
      epmd: await freePort(before?.rabbitmq.epmd),
      ...(options.management && { management: await freePort(before?.rabbitmq.management) }),
    },
  };
  writeJson(fileOf(home), access);
  return access;
}

export interface ServerUrls {
  /** As the administrator, who only prepares it. */
  adminUrl: string;
  /** As each of those who use it. */
  logins: Logins;
  amqpUrl: string;
  managementUrl?: string | undefined;
}

/** Where the servers of a data folder are reached. */
export function urlsOf({ postgres, rabbitmq }: ServerAccess): ServerUrls {
  const adminUrl = postgresUrl({ ...postgres, user: postgres.user ?? 'stellwerk' });
  const as = (kind: keyof Logins) =>
    postgres.users
      ? postgresUrl({ port: postgres.port, user: `stellwerk_${kind}`, password: postgres.users[kind] })
      : adminUrl;
  return {
    adminUrl,
    logins: { owner: as('owner'), application: as('application'), eraser: as('eraser') },
    ...brokerUrls(rabbitmq),
  };
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}
