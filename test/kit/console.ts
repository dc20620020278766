import { randomBytes } from 'node:crypto';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startConsole } from '../../apps/console/console.js';
import { type Client, openIssuer } from './issuer.js';
import { createTestDatabase } from './services.js';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's JSON, looked at by tests
  body: any;
  text: string;
}

/** The console with a database and an issuer of its own; `lines` is its log. */
export async function openTestConsole(environment: Record<string, string> = {}) {
  const lent = await createTestDatabase();
  const issuer = await openIssuer();
  const lines: string[] = [];
  const settings = readSettings({
    DATABASE_URL: lent.url,
    CONSOLE_PORT: '0',
    OIDC_ISSUER: issuer.issuer,
    STELLWERK_KEY: randomBytes(32).toString('base64'),
    ...environment,
  });
  const console = await startConsole(
    settings,
    openLog('console', 'info', { write: (line: string) => void lines.push(line) }),
  );

  async function ask(
    client: Client | undefined,
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { body } = options;
    const answer = await fetch(console.url + path, {
      method,
      headers: {
        ...(client ? { authorization: await issuer.bearer(client) } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: text && /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined,
    };
  }

  return {
    ...console,
    settings,
    issuer,
    lines,
    ask,
    /** Reads the ETag, then changes with it. */
    async put(client: Client, path: string, body: unknown): Promise<Answer> {
      const { headers } = await ask(client, 'GET', path);
      return ask(client, 'PUT', path, { body, headers: { 'if-match': headers.get('etag') ?? '"0"' } });
    },
    async close() {
      await console.close();
      await issuer.close();
      await lent.drop();
    },
  };
}
