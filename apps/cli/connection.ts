import { z } from 'zod';
import { cause, Obstacle } from '#launch/obstacle.js';
import type { ProblemJson } from '#problems/problem.js';
import type { Settings } from '#settings/settings.js';
import type { Api } from './api.js';

/** In whose name. Without a secret: a development client of the simulator, whose secret follows from its name. */
export interface Identity {
  client: string;
  secret?: string | undefined;
}

export interface Answered<T> {
  body: T;
  etag: string | null;
}

/** The console's API for one client. Every refusal is an {@link Obstacle}: a sentence for people. Paths are below `/api/v1/`. */
export interface Connection extends Api {
  send<T>(
    method: string,
    path: string,
    options?: { body?: unknown; form?: FormData; ifMatch?: string | undefined },
  ): Promise<Answered<T>>;
}

/** Fetches the token with the first request. */
export function openConnection(settings: Settings, identity: Identity): Connection {
  let token: Promise<string> | undefined;
  const send: Connection['send'] = async (method, path, { body, form, ifMatch } = {}) => {
    token ??= fetchToken(settings, identity);
    const headers = {
      authorization: `Bearer ${await token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const answer = await reach(`${settings.consoleUrl}/api/v1/${path}`, 'Die Konsole', 'CONSOLE_URL', {
      method,
      headers,
      ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const read = await json(answer);
    if (!answer.ok) throw refusal(answer.status, read, identity.client);
    return { body: read as never, etag: answer.headers.get('etag') };
  };
  const bodyOf = async <T>(answered: Promise<Answered<T>>) => (await answered).body;
  return {
    send,
    get: <T>(path: string) => bodyOf(send<T>('GET', path)),
    post: <T>(path: string, body?: unknown) => bodyOf(send<T>('POST', path, { body })),
  };
}

const discovery = z.object({ token_endpoint: z.url() });
const granted = z.object({ access_token: z.string() });

/** Client credentials (RFC 6749 §4.4) with HTTP Basic. */
async function fetchToken(settings: Settings, { client, secret }: Identity): Promise<string> {
  if (secret === undefined && settings.issuer !== `${settings.simulatorUrl}/oidc`) {
    throw new Obstacle(`Für ${client} fehlt STELLWERK_CLIENT_SECRET: nur der Simulator kennt Entwicklungs-Zugänge.`);
  }
  const issuer = settings.issuer.replace(/\/$/, '');
  const found = discovery.safeParse(
    await json(await reach(`${issuer}/.well-known/openid-configuration`, 'Der Anmeldedienst', 'OIDC_ISSUER')),
  );
  if (!found.success) throw new Obstacle(`Unter ${issuer} ist kein Anmeldedienst (OIDC_ISSUER).`);
  const credentials = [client, secret ?? `${client}-dev-secret`].map(encodeURIComponent).join(':');
  const answer = await reach(found.data.token_endpoint, 'Der Anmeldedienst', 'OIDC_ISSUER', {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const token = granted.safeParse(await json(answer));
  if (!token.success)
    throw new Obstacle(
      `Der Anmeldedienst kennt ${client} nicht oder nicht mit diesem Geheimnis (STELLWERK_CLIENT, STELLWERK_CLIENT_SECRET).`,
    );
  return token.data.access_token;
}

async function reach(url: string, who: string, setting: string, request: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    const why = cause((error as Error).cause ?? error);
    throw new Obstacle(
      `${who} unter ${new URL(url).origin} antwortet nicht: ${why}. Läuft „npm start“? (Sonst ${setting} setzen.)`,
    );
  }
}

const json = (answer: Response): Promise<unknown> => answer.json().catch(() => undefined);

function refusal(status: number, body: unknown, client: string): Obstacle {
  const { detail, code, errors, findings } = (body ?? {}) as Partial<ProblemJson> & {
    errors?: { pointer: string; message: string }[];
    findings?: SchemaFinding[];
  };
  if (!detail) return new Obstacle(`Die Konsole hat mit HTTP ${status} geantwortet.`);
  if (findings) return new Obstacle([detail, ...findings.slice(0, 50).map(findingLine)].join('\n'));
  const more = (errors ?? []).slice(1, 20).map(({ pointer, message }) => `\n  ${pointer || '/'}: ${message}`);
  const hint = code === 'forbidden' ? ` Angemeldet ist ${client}; ein anderer Zugang: --as <client>.` : '';
  return new Obstacle(detail + hint + more.join(''));
}

interface SchemaFinding {
  severity: string;
  position?: string;
  element?: string;
  message: string;
}

function findingLine({ severity, position, element, message }: SchemaFinding): string {
  const where = position ?? element;
  return `  ${severity === 'error' ? 'Fehler' : 'Hinweis'}${where ? ` bei ${where}` : ''}: ${message}`;
}
