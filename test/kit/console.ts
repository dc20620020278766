import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startConsole } from '../../apps/console/console.js';
import { type Answer, readAnswer } from './answer.js';
import { type Client, openIssuer } from './issuer.js';
import { createTestDatabase } from './services.js';

export type TestConsole = Awaited<ReturnType<typeof openTestConsole>>;

/** The console with a database and an issuer of its own; `lines` is its log. */
export async function openTestConsole(environment: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const issuer = await openIssuer();
  const lines: string[] = [];
  const settings = readSettings({
    DATABASE_URL: database.url,
    CONSOLE_PORT: '0',
    OIDC_ISSUER: issuer.issuer,
    STELLWERK_KEY: randomBytes(32).toString('base64'),
    ...environment,
  });
  const log = openLog('console', 'info', { write: (line: string) => void lines.push(line) });
  const console = await startConsole(settings, log);

  async function ask(
    client: Client | undefined,
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { body } = options;
    const response = await fetch(console.url + path, {
      method,
      headers: {
        ...(client ? { authorization: await issuer.bearer(client) } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return readAnswer(response);
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
    /** The command line as a process of its own, signed in as `client`, against this console and issuer. */
    stellwerk(client: string, args: string[], environment: Record<string, string> = {}): Promise<Ran> {
      const env = {
        CONSOLE_URL: console.url,
        OIDC_ISSUER: issuer.issuer,
        STELLWERK_CLIENT: client,
        STELLWERK_CLIENT_SECRET: 'geheim',
        ...environment,
      };
      return run([join(root, 'dist/apps/cli/main.js'), ...args], env);
    },
    async close() {
      await console.close();
      await issuer.close();
      await database.drop();
    },
  };
}

interface Ran {
  /** The exit code. */
  code: number;
  out: string;
  err: string;
}

function run(args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
    child.stdin?.end();
  });
}
