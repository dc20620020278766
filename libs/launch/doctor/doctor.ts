import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkLock } from '#adapter-host/fence/network.js';
import type { Depth } from '#broker/depth.js';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import type { Condition } from '#store/condition.js';
import { homeOf } from '../home.js';
import { readServerAccess, urlsOf } from '../server-access.js';
import { texts } from '../texts.js';
import { examineApps } from './apps.js';
import { examineBroker } from './broker.js';
import { examineDatabase } from './database.js';
import { type Finding, hint, ok } from './finding.js';

export interface Diagnosis {
  /** False when any finding is a fault. */
  ok: boolean;
  /** Of Stellwerk, Node.js and the servers, by their names. */
  versions: Record<string, string>;
  findings: Finding[];
  queues: Depth[];
  /** Undefined when the database cannot be asked. */
  condition?: Condition | undefined;
}

/** Examines everything that should run, and changes nothing. */
export async function examine(settings: Settings): Promise<Diagnosis> {
  const access = readServerAccess(homeOf(settings));
  const own = access && urlsOf(access);
  const { DATABASE_URL, AMQP_URL } = settings;
  const { home, versions } = texts.doctor;
  const [apps, database, broker] = await Promise.all([
    examineApps(settings),
    examineDatabase(
      { url: DATABASE_URL ?? own?.logins.application, from: DATABASE_URL ? 'DATABASE_URL' : home },
      settings.HOST_SLOTS,
    ),
    examineBroker({ url: AMQP_URL ?? own?.amqpUrl, from: AMQP_URL ? 'AMQP_URL' : home }),
  ]);
  const findings = [...apps, ...database.findings, ...broker.findings, ...fenceFindings(settings)];
  return {
    ok: findings.every(({ state }) => state !== 'fault'),
    versions: {
      Stellwerk: ownVersion(),
      'Node.js': process.versions.node,
      PostgreSQL: database.condition?.serverVersion ?? versions.unknown,
      RabbitMQ: broker.version,
      [versions.migration]: database.condition?.migration ?? versions.unknown,
    },
    findings,
    queues: broker.queues,
    condition: database.condition,
  };
}

/** How adapters from outside would be locked in on this host, where any are named. */
function fenceFindings({ ADAPTER_PACKAGES }: Settings): Finding[] {
  const { about, fence } = texts.doctor;
  if (ADAPTER_PACKAGES.length === 0) return [];
  return [networkLock().length > 0 ? ok(about.fence, fence.locked) : hint(about.fence, fence.open)];
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}
