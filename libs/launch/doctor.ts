import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAdapters } from '#adapter-host/load.js';
import { type Depth, depths } from '#broker/depth.js';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { type Condition, readCondition } from '#store/condition.js';
import { openDatabase } from '#store/database.js';
import { addressOf, portSettings } from './app.js';
import { homeOf, readGround } from './home.js';
import { cause } from './obstacle.js';
import { addresses } from './services.js';

/** `fault`: something is wrong. `hint`: it works, and a person should look. */
export interface Finding {
  about: string;
  state: 'ok' | 'hint' | 'fault';
  text: string;
}

export interface Diagnosis {
  /** False when any finding is a fault. */
  ok: boolean;
  versions: Record<string, string>;
  findings: Finding[];
  queues: Depth[];
  condition?: Condition | undefined;
}

/** A due task in an open lane should not wait longer. */
const patience = 60;

/** Looks at everything that runs and changes nothing. */
export async function examine(settings: Settings): Promise<Diagnosis> {
  const home = homeOf(settings);
  const ground = readGround(home);
  const own = ground && addresses(ground);
  const [apps, store, broker] = await Promise.all([
    Promise.all(places(settings).map(examineApp)),
    examineStore(settings.DATABASE_URL ?? own?.databaseUrl, settings.DATABASE_URL ? 'DATABASE_URL' : 'Datenordner'),
    examineBroker(settings.AMQP_URL ?? own?.amqpUrl, settings.AMQP_URL ? 'AMQP_URL' : 'Datenordner'),
  ]);
  const findings = [...apps, ...store.findings, ...broker.findings];
  return {
    ok: findings.every(({ state }) => state !== 'fault'),
    versions: {
      Stellwerk: (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
      'Node.js': process.versions.node,
      PostgreSQL: store.condition?.serverVersion ?? 'unbekannt',
      RabbitMQ: broker.version,
      Datenbankstand: store.condition?.migration ?? 'unbekannt',
    },
    findings,
    queues: broker.queues,
    condition: store.condition,
  };
}

function places(settings: Settings): Array<{ about: string; url: string; setting: string }> {
  return [
    { about: 'Gateway', url: settings.gatewayUrl, setting: portSettings.gateway },
    { about: 'Worker', url: addressOf('worker', settings), setting: portSettings.worker },
    { about: 'Konsole', url: settings.consoleUrl, setting: portSettings.console },
    { about: 'Simulator', url: settings.simulatorUrl, setting: portSettings.simulator },
  ];
}

async function examineApp({ about, url, setting }: { about: string; url: string; setting: string }): Promise<Finding> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    const body = (await answer.json().catch(() => ({}))) as {
      status?: string;
      checks?: Array<{ name: string; ok: boolean; detail: string }>;
    };
    const missing = (body.checks ?? []).filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
    if (!answer.ok)
      return {
        about,
        state: 'fault',
        text: `nicht bereit (${url}): ${missing.join('; ') || `Status ${answer.status}`}`,
      };
    if (missing.length) return { about, state: 'hint', text: `bereit (${url}), aber ${missing.join('; ')}` };
    return { about, state: 'ok', text: `bereit (${url})` };
  } catch (error) {
    const reason =
      (error as Error).name === 'TimeoutError' ? 'keine Antwort in 5 s' : cause((error as Error).cause ?? error);
    return { about, state: 'fault', text: `nicht erreichbar unter ${url} (${setting}): ${reason}` };
  }
}

async function examineStore(
  url: string | undefined,
  setting: string,
): Promise<{ findings: Finding[]; condition?: Condition }> {
  if (!url) return { findings: [{ about: 'PostgreSQL', state: 'fault', text: 'noch nie gestartet: npm start' }] };
  try {
    const database = await openDatabase(url, { max: 2, application: 'stellwerk-doctor' });
    try {
      const condition = await readCondition(database);
      return {
        condition,
        findings: [{ about: 'PostgreSQL', state: 'ok', text: `verbunden (${setting})` }, ...backlog(condition)],
      };
    } finally {
      await database.close();
    }
  } catch (error) {
    return { findings: [{ about: 'PostgreSQL', state: 'fault', text: `nicht nutzbar (${setting}): ${cause(error)}` }] };
  }
}

function backlog({ oldest, lanes, tasks, portals }: Condition): Finding[] {
  const found: Finding[] = [];
  if (!oldest) found.push({ about: 'Wartendes', state: 'ok', text: 'keine Aufgabe wartet in einer offenen Lane' });
  else {
    const text = `die älteste Aufgabe wartet seit ${duration(oldest.seconds)} (${oldest.adapter}, ${oldest.ars})`;
    const late = oldest.overdue > patience;
    found.push({
      about: 'Wartendes',
      state: late ? 'fault' : 'ok',
      text: late ? `${text} und ist seit ${duration(oldest.overdue)} fällig: läuft ein Worker?` : text,
    });
  }
  const [first] = lanes.closed;
  const closed = `${lanes.closed.length} geschlossen, ${lanes.open} offen`;
  found.push(
    first
      ? {
          about: 'Lanes',
          state: 'hint',
          text: `${closed}: ${lanes.closed
            .map(({ lane, why }) => `${lane} (${why})`)
            .slice(0, 5)
            .join(', ')}`,
        }
      : { about: 'Lanes', state: 'ok', text: closed },
  );
  found.push(
    tasks.dead
      ? { about: 'Dead Letters', state: 'hint', text: `${tasks.dead}: npx stellwerk dead-letters list` }
      : { about: 'Dead Letters', state: 'ok', text: 'keine' },
  );
  for (const { client, notices, seconds, reason } of portals)
    found.push({
      about: 'Portale',
      state: 'hint',
      text: `${client} erfährt nichts Neues: ${notices} Nachrichten, die älteste seit ${duration(seconds)}. ${reason ?? ''}`,
    });
  return found;
}

async function examineBroker(
  url: string | undefined,
  setting: string,
): Promise<{ findings: Finding[]; queues: Depth[]; version: string }> {
  const none = { queues: [], version: 'unbekannt' };
  if (!url)
    return { ...none, findings: [{ about: 'RabbitMQ', state: 'fault', text: 'noch nie gestartet: npm start' }] };
  try {
    const { queues, version } = await depths(url, [...(await loadAdapters()).keys()]);
    const faults = queues.flatMap(({ queue, messages, consumers }): Finding[] => {
      if (messages === undefined)
        return [{ about: 'Queues', state: 'fault', text: `${queue} fehlt: läuft ein Worker?` }];
      return consumers
        ? []
        : [
            {
              about: 'Queues',
              state: 'fault',
              text: `${queue} hat keinen Abnehmer (${messages} Tickets): läuft ein Worker?`,
            },
          ];
    });
    const tickets = queues.reduce((sum, { messages = 0 }) => sum + messages, 0);
    const fine: Finding = {
      about: 'Queues',
      state: 'ok',
      text: `${queues.length}, mit ${tickets} Tickets, alle mit Abnehmer`,
    };
    return {
      queues,
      version: version ?? 'unbekannt',
      findings: [
        { about: 'RabbitMQ', state: 'ok', text: `verbunden (${setting})` },
        ...(faults.length ? faults : [fine]),
      ],
    };
  } catch (error) {
    return {
      ...none,
      findings: [{ about: 'RabbitMQ', state: 'fault', text: `nicht nutzbar (${setting}): ${cause(error)}` }],
    };
  }
}

const units: Array<[string, number]> = [
  ['T.', 86_400],
  ['Std.', 3_600],
  ['Min.', 60],
  ['s', 1],
];

/** In its two largest units: `3 Std. 12 Min.` */
export function duration(seconds: number): string {
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count ? `${count} ${unit}` : '';
  });
  return parts.filter(Boolean).join(' ');
}
