import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '#settings/root.js';
import { obstacle } from './obstacle.js';
import { freePort } from './ports.js';
import type { BrokerPorts } from './servers/rabbitmq.js';

/** What the servers in a data folder keep over restarts: their addresses are known before they run. */
export interface Ground {
  postgres: { port: number; password: string };
  rabbitmq: BrokerPorts & { user: string; password: string };
}

/** The data folder's absolute path; a relative STELLWERK_HOME counts from the project's root. */
export function homeOf(settings: { STELLWERK_HOME: string }): string {
  return resolve(root, settings.STELLWERK_HOME);
}

/** Creates the data folder, readable for its owner only. Throws an Obstacle naming STELLWERK_HOME. */
export function openHome(settings: { STELLWERK_HOME: string }): string {
  const home = homeOf(settings);
  try {
    if (!existsSync(dirname(home))) mkdirSync(dirname(home), { recursive: true });
    if (!existsSync(home)) mkdirSync(home, { mode: 0o700 }); // recursive would blur the cause
    writeFileSync(join(home, '.writable'), 'x');
    rmSync(join(home, '.writable'));
    return home;
  } catch (error) {
    throw obstacle(`Der Datenordner ${home} (STELLWERK_HOME) ist nicht beschreibbar`, error);
  }
}

/** Undefined before the first start. */
export function readGround(home: string): Ground | undefined {
  return readJson<Ground>(join(home, 'ground.json'));
}

/** The servers' addresses: as last time where those ports are free, else new ones. */
export async function settleGround(home: string, options: { management?: boolean } = {}): Promise<Ground> {
  const before = readGround(home);
  const ground: Ground = {
    postgres: { port: await freePort(before?.postgres.port), password: before?.postgres.password ?? secret() },
    rabbitmq: {
      user: 'stellwerk',
      password: before?.rabbitmq.password ?? secret(),
      amqp: await freePort(before?.rabbitmq.amqp),
      distribution: await freePort(before?.rabbitmq.distribution),
      epmd: await freePort(before?.rabbitmq.epmd),
      ...(options.management && { management: await freePort(before?.rabbitmq.management) }),
    },
  };
  writeJson(join(home, 'ground.json'), ground);
  return ground;
}

export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, for the owner's eyes only. */
export function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
