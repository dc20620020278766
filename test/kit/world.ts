import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAdapters } from '#adapter-host/load.js';
import { openPublisher } from '#broker/publisher.js';
import { openChanges } from '#parameters/changes.js';
import { defineParameters } from '#parameters/definitions.js';
import { keyringOf } from '#parameters/keyring.js';
import { openProcesses } from '#processes/load.js';
import { type Database, openDatabase } from '#store/database.js';
import { migrate } from '#store/migrate.js';
import type { SubmissionView } from '#store/submissions.js';
import type { Json } from '#submission/vocabulary.js';
import { loadDevelopmentValues } from './development.js';
import { App, eventually, freePorts } from './processes.js';
import { createTestDatabase, createTestVhost } from './services.js';

/** A Leistung without a process of its own, and a form for it. */
export const universal = '99089017152000';
export const fundsache = {
  anliegen_0_betreff: 'Fundrad',
  anliegen_0_text: 'Ein rotes Fahrrad, gefunden am Markt.',
  antragsteller_0_familienname: 'Beispiel',
  antragsteller_0_vorname: 'Erika',
  antragsteller_0_email: 'erika.beispiel@example.org',
};

/** Short pauses, so that a test sees in seconds what takes minutes in a town hall. */
export const hurried = {
  ADAPTER_DEADLINE: '1500',
  LEASE_GRACE: '500',
  TICKET_RESEND_AFTER: '2000',
  RETRY_PAUSES: '0.2,0.5,1',
  LANE_PROBE_PAUSES: '0.2,0.5,1',
  LIMIT_RATE: '0',
  LOG_LEVEL: 'warn',
};

/** The simulator's other servers take any free port. */
export const anySidePorts = {
  SIMULATOR_SMTP_PORT: '0',
  SIMULATOR_SFTP_PORT: '0',
  SIMULATOR_TLS_PORT: '0',
  SIMULATOR_XTA_PORT: '0',
};

export interface WorldOptions {
  /** Put between an app and its servers, e.g. by proxies. */
  through?: (app: 'gateway' | 'worker', urls: { DATABASE_URL: string; AMQP_URL: string }) => Record<string, string>;
  /** Called once the servers' addresses are known. */
  prepare?: (urls: { DATABASE_URL: string; AMQP_URL: string }) => Promise<void>;
  database?: string;
  broker?: string;
  environment?: Record<string, string>;
}

/** Simulator, gateway and worker as processes, on a database and a vhost of their own, with development parameters. */
export async function openWorld(options: WorldOptions = {}) {
  const lentDatabase = options.database ? undefined : await createTestDatabase();
  const lentVhost = options.broker ? undefined : await createTestVhost();
  const urls = { DATABASE_URL: options.database ?? lentDatabase!.url, AMQP_URL: options.broker ?? lentVhost!.url };
  await migrate(urls.DATABASE_URL);
  await options.prepare?.(urls);
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-world-'));
  const [gatewayPort, workerPort, simulatorPort, consolePort] = (await freePorts(4)) as [
    number,
    number,
    number,
    number,
  ];
  const key = randomBytes(32);
  const environment = {
    STELLWERK_HOME: home,
    STELLWERK_KEY: key.toString('base64'),
    SIMULATOR_URL: `http://127.0.0.1:${simulatorPort}`,
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    CONSOLE_URL: `http://127.0.0.1:${consolePort}`,
    ...anySidePorts,
    ...hurried,
    ...options.environment,
  };
  const app = (name: 'gateway' | 'worker' | 'console', port: number) =>
    new App(name, port, { ...environment, ...urls, ...(name !== 'console' && options.through?.(name, urls)) });
  const simulator = new App('simulator', simulatorPort, environment);
  const gateway = app('gateway', gatewayPort);
  const worker = app('worker', workerPort);
  const consoleApp = app('console', consolePort);
  await simulator.start();
  const db = await openDatabase(urls.DATABASE_URL, { max: 3, keys: keyringOf(key) });
  const definitions = defineParameters([...(await loadAdapters()).values()], openProcesses());
  const values = (await (await fetch(`${simulator.url}/control/development`)).json()) as Record<string, string>;
  await loadDevelopmentValues({ db, key, definitions, values });
  const changes = openChanges({ db, key, definitions });
  const tokens = new Map<string, { value: string; until: number }>();

  /** A token of a development client. */
  async function bearer(client = 'service-bw'): Promise<string> {
    let token = tokens.get(client);
    if (!token || token.until < Date.now()) {
      const answer = await fetch(`${simulator.url}/oidc/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client}:${client}-dev-secret`)}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
      token = { value: ((await answer.json()) as { access_token: string }).access_token, until: Date.now() + 600_000 };
      tokens.set(client, token);
    }
    return token.value;
  }

  return {
    simulator,
    gateway,
    worker,
    console: consoleApp,
    db: db as Database,
    urls,
    environment,
    home,
    bearer,
    /** A region's value, as from now. */
    async setParameter(region: string, leistung: string, name: string, value: Json) {
      const parameter = { region, leistung, name };
      const { etag } = await changes.history(parameter);
      await changes.set(parameter, { value, author: 'test', reason: 'Test', ifMatch: etag });
    },
    /** Posts as a portal does: again with the same key until there is an answer. */
    async post(leistung: string, ars: string, body: Json | string, key: string = randomUUID()): Promise<Response> {
      const attempt = async () =>
        fetch(`${gateway.url}/service-bw/v1/submissions?leistung=${leistung}&ars=${ars}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await bearer()}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body: typeof body === 'string' ? body : JSON.stringify(body),
          signal: AbortSignal.timeout(5_000),
        }).then(
          (answer) => (answer.status === 503 || answer.status === 409 ? undefined : answer),
          () => undefined,
        );
      return eventually('the gateway answers a submission', attempt, 40);
    },
    /** The broker forgets everything, as after a restart on an empty disk. Needs a virtual host of its own. */
    emptyBroker: () => lentVhost!.empty(),
    /** A message that waits in a queue, with its headers, as text; it stays there. */
    peek: (queue: string) => lentVhost!.peek(queue),
    /** Sends the ticket of every task that is not done `times` times, as a broker may. */
    async repeatTickets(times: number) {
      const { rows } = await db.query(
        `select task_id, submission_id, leistung, ars, adapter, traceparent from task where state <> 'done'`,
      );
      const publisher = await openPublisher(urls.AMQP_URL, {
        adapters: [...new Set(rows.map((row) => row['adapter'] as string))],
      });
      await publisher.whenUp();
      const tickets = rows.map((row) => ({
        taskId: row['task_id'],
        submissionId: row['submission_id'],
        leistung: row['leistung'],
        ars: row['ars'],
        adapter: row['adapter'],
        traceparent: row['traceparent'],
      }));
      for (let n = 0; n < times; n++) await publisher.publish(tickets);
      await publisher.close();
    },
    /** As the operator, at the console. */
    async operator<T>(path: string, body?: unknown): Promise<{ status: number; body: T }> {
      const headers = { authorization: `Bearer ${await bearer('operator')}`, 'content-type': 'application/json' };
      const answer = await fetch(
        `${consoleApp.url}/api/v1/${path}`,
        body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
      );
      return { status: answer.status, body: (await answer.json()) as T };
    },
    async view(submissionId: string): Promise<SubmissionView> {
      const answer = await fetch(`${gateway.url}/service-bw/v1/submissions/${submissionId}`, {
        headers: { authorization: `Bearer ${await bearer()}` },
      });
      return (await answer.json()) as SubmissionView;
    },
    /** Resolves when no task is on its way any more, with the number of tasks per state. */
    async allFinished(seconds = 60): Promise<Record<string, number>> {
      const count = async () => {
        const { rows } = await db.query<{ state: string; count: number }>(
          'select state, count(*) as count from task group by state',
        );
        return Object.fromEntries(rows.map((row) => [row.state, row.count]));
      };
      const isFinished = async () => {
        const counts = await count();
        return counts['queued'] || counts['running'] || counts['waiting'] ? undefined : counts;
      };
      return eventually('every task is done or dead', isFinished, seconds).catch(async (error: Error) => {
        const { rows } = await db.query(
          `select t.state, t.next, t.outcome, t.attempts, t.due_at - $1 as due_in, l.state as lane, l.why,
            l.probe_at - $1 as probe_in
           from task t join lane l using (lane) where t.state not in ('done', 'dead') limit 5`,
          [db.now()],
        );
        const health = await Promise.all(
          [gateway, worker].map(async (app) => (await fetch(`${app.url}/health/ready`).catch(() => undefined))?.text()),
        );
        throw new Error(`${error.message}: ${JSON.stringify({ counts: await count(), rows, health }, null, 1)}`);
      });
    },
    async close() {
      await Promise.all([gateway, worker, consoleApp].map((one) => one.kill()));
      await simulator.kill();
      await db.close();
      await lentDatabase?.drop();
      await lentVhost?.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
