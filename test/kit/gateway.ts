import { randomBytes } from 'node:crypto';
import { loadAdapters } from '#adapter-host/load.js';
import { secretsKey } from '#launch/key.js';
import { openChanges } from '#parameters/changes.js';
import { defineParameters } from '#parameters/definitions.js';
import { openProcesses } from '#processes/load.js';
import { readSettings } from '#settings/settings.js';
import { openDatabase } from '#store/database.js';
import type { Json } from '#submission/vocabulary.js';
import { openLog } from '#telemetry/log.js';
import { startGateway } from '../../apps/gateway/gateway.js';
import { type Answer, readAnswer } from './answer.js';
import { type Client, openIssuer } from './issuer.js';
import { createTestDatabase } from './services.js';

export const hundesteuer = '99102013104000';
/** Without a process of its own. */
export const fundsache = '99089017152000';
export const stuttgart = '081110000000';

/**
 * The gateway in this process, with a database and an issuer of its own and without a broker; `lines` is its log.
 * `through` may put something before the database: it gets the database's URL and returns the gateway's.
 */
export async function openTestGateway(
  environment: Record<string, string> = {},
  through: (url: string) => Promise<string> | string = (url) => url,
) {
  const database = await createTestDatabase();
  const issuer = await openIssuer();
  const lines: string[] = [];
  const key = randomBytes(32);
  const settings = readSettings({
    DATABASE_URL: await through(database.url),
    AMQP_URL: 'amqp://127.0.0.1:1', // nobody there: accepting does without
    GATEWAY_PORT: '0',
    OIDC_ISSUER: issuer.issuer,
    STELLWERK_KEY: key.toString('base64'),
    ...environment,
  });
  const log = openLog('gateway', 'debug', { write: (line: string) => void lines.push(line) });
  const gateway = await startGateway(settings, log);
  const db = await openDatabase(database.url, { max: 3, application: 'test', keys: secretsKey(settings) });
  const changes = openChanges({
    db,
    key,
    definitions: defineParameters([...(await loadAdapters()).values()], openProcesses()),
  });

  async function ask(
    client: Client | undefined,
    method: string,
    path: string,
    options: RequestInit = {},
  ): Promise<Answer> {
    const headers = new Headers(options.headers);
    if (client) headers.set('authorization', await issuer.bearer(client));
    return readAnswer(await fetch(gateway.url + path, { ...options, method, headers }));
  }

  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= gateway.close();
    return stopped;
  };

  return {
    ...gateway,
    settings,
    issuer,
    lines,
    db,
    ask,
    databaseUrl: database.url,
    /** A value for a region and a Leistung, as from now. */
    async setParameter(region: string, leistung: string, name: string, value: Json): Promise<void> {
      const parameter = { region, leistung, name };
      const { etag } = await changes.history(parameter);
      await changes.set(parameter, { value, author: 'test', reason: 'Test', ifMatch: etag });
    },
    /** Posts as service-bw does. */
    post(
      body: unknown,
      { leistung = hundesteuer, ars = stuttgart, query = '', headers = {} as Record<string, string> } = {},
    ): Promise<Answer> {
      return ask('service-bw', 'POST', `/service-bw/v1/submissions?leistung=${leistung}&ars=${ars}${query}`, {
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body),
      });
    },
    /** How many submissions, tasks and idempotency keys there are. */
    async stored(): Promise<{ submissions: number; tasks: number; keys: number }> {
      const count = async (table: string) => (await db.query(`select count(*) from ${table}`)).rows[0]!['count'];
      return { submissions: await count('submission'), tasks: await count('task'), keys: await count('idempotency') };
    },
    /** Stops the gateway; its database and issuer stay. */
    stop,
    async close() {
      await stop();
      await db.close();
      await issuer.close();
      await database.drop();
    },
  };
}

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array;
}
