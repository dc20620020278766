import { z } from 'zod';
import { cause, Obstacle } from '#launch/obstacle.js';
import type { ProblemJson } from '#problems/problem.js';
import type { Settings } from '#settings/settings.js';
import { developmentSecret } from '#settings/stage.js';
import { texts } from './texts.js';

/** The client in whose name the console is asked. Without a secret it is a development client of the simulator. */
export interface Identity {
  client: string;
  secret?: string | undefined;
}

export interface Answered<T> {
  body: T;
  etag: string | undefined;
}

/**
 * The console's API. Paths are below `/api/v1/`; the caller names the type of the answer. Every refusal is thrown as an
 * {@link Obstacle}: a sentence for people.
 */
export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  send<T>(
    method: string,
    path: string,
    options?: { body?: unknown; form?: FormData; ifMatch?: string | undefined },
  ): Promise<Answered<T>>;
}

/** Signs in with the first request: only then `identify` is called, and the token is fetched. */
export function openApi(settings: Settings, identify: () => Identity): Api {
  let token: Promise<string> | undefined;
  const send: Api['send'] = async <T>(
    method: string,
    path: string,
    { body, form, ifMatch }: Parameters<Api['send']>[2] = {},
  ) => {
    const identity = identify();
    token ??= fetchToken(settings, identity);
    const headers = {
      authorization: `Bearer ${await token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const answer = await reach(`${settings.consoleUrl}/api/v1/${path}`, texts.api.console, 'CONSOLE_URL', {
      method,
      headers,
      ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const read = await json(answer);
    if (!answer.ok) throw refusal(answer.status, read, identity.client);
    return { body: read as T, etag: answer.headers.get('etag') ?? undefined };
  };
  return {
    send,
    get: async <T>(path: string) => (await send<T>('GET', path)).body,
    post: async <T>(path: string, body?: unknown) => (await send<T>('POST', path, { body })).body,
  };
}

/** `?a=b&c=d` of the values that are given; an empty string where none is. */
export function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : '';
}

const discovery = z.object({ token_endpoint: z.url() });
const granted = z.object({ access_token: z.string() });

/** Client credentials (RFC 6749 §4.4) with HTTP Basic. */
async function fetchToken(settings: Settings, { client, secret }: Identity): Promise<string> {
  const simulated = settings.stage !== 'production' && settings.issuer === `${settings.simulatorUrl}/oidc`;
  if (secret === undefined && !simulated) throw new Obstacle(texts.api.secretMissing(client));
  const issuer = settings.issuer.replace(/\/$/, '');
  const found = discovery.safeParse(
    await json(await reach(`${issuer}/.well-known/openid-configuration`, texts.api.identityProvider, 'OIDC_ISSUER')),
  );
  if (!found.success) throw new Obstacle(texts.api.noIdentityProvider(issuer));
  const credentials = [client, secret ?? developmentSecret(client)].map(encodeURIComponent).join(':');
  const answer = await reach(found.data.token_endpoint, texts.api.identityProvider, 'OIDC_ISSUER', {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const token = granted.safeParse(await json(answer));
  if (!token.success) throw new Obstacle(texts.api.clientUnknown(client));
  return token.data.access_token;
}

/** `who` and `setting` go into the sentence for a server that does not answer within a minute. */
async function reach(url: string, who: string, setting: string, request: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    const why = cause((error as Error).cause ?? error);
    throw new Obstacle(texts.api.noAnswer(who, new URL(url).origin, why, setting));
  }
}

const json = (answer: Response): Promise<unknown> => answer.json().catch(() => undefined);

interface SchemaFinding {
  severity: string;
  position?: string;
  element?: string;
  message: string;
}

/** The members that the console's problems may have. */
type ConsoleProblem = ProblemJson & { errors?: { pointer: string; message: string }[]; findings?: SchemaFinding[] };

function refusal(status: number, body: unknown, client: string): Obstacle {
  const { detail, code, errors, findings } = (body ?? {}) as Partial<ConsoleProblem>;
  if (!detail) return new Obstacle(texts.api.refused(status));
  if (findings) return new Obstacle([detail, ...findings.slice(0, 50).map(findingLine)].join('\n'));
  const more = (errors ?? []).slice(1, 20).map(({ pointer, message }) => `\n  ${pointer || '/'}: ${message}`);
  const hint = code === 'forbidden' ? texts.api.otherClient(client) : '';
  return new Obstacle(detail + hint + more.join(''));
}

function findingLine({ severity, position, element, message }: SchemaFinding): string {
  return texts.api.finding(severity, position ?? element, message);
}
