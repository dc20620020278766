import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { AdapterContext, HttpAnswer } from '../contract.js';
import { type Refusal, refusalOf } from '../tools/outcomes.js';
import { type RestParameters, tlsOf } from './parameters.js';

/** A token, or what became of asking for one. */
export type Grant = { token: string } | { refused: Refusal };

/** Milliseconds before its end from which a token is no longer used. */
const margin = 60_000;
/** Milliseconds that must remain of a call after asking for a token. */
const rest = 250;

const kept = new Map<string, { token: string; until: number }>();
const asking = new Map<string, Promise<Grant>>();

/** The token for these parameters (RFC 6749 §4.4), asked for once for all calls that need it now. Throws while nothing has left. */
export async function tokenFor(context: AdapterContext, given: RestParameters): Promise<Grant> {
  const name = nameOf(given);
  const known = kept.get(name);
  if (known && known.until > context.now().getTime()) return granted(context, known.token);
  const others = asking.get(name);
  const shared = others && (await others.catch(() => undefined)); // whoever asked may have run out of time: that is not our trouble
  const grant = shared ?? (await (asking.get(name) ?? lead(context, given, name)));
  return 'token' in grant ? granted(context, grant.token) : grant;
}

/** The target does not take this token, so nobody uses it any more. */
export function forget(given: RestParameters, token: string): void {
  const name = nameOf(given);
  if (kept.get(name)?.token === token) kept.delete(name);
}

function granted(context: AdapterContext, token: string): Grant {
  context.conceal(token);
  return { token };
}

function lead(context: AdapterContext, given: RestParameters, name: string): Promise<Grant> {
  const grant = ask(context, given, name).finally(() => asking.delete(name));
  asking.set(name, grant);
  return grant;
}

async function ask(context: AdapterContext, given: RestParameters, name: string): Promise<Grant> {
  const server: oauth.AuthorizationServer = { issuer: given.oauthUrl!, token_endpoint: given.oauthUrl! };
  const client = { client_id: given.clientId! };
  const authentication = given.clientAuthentication === 'post' ? oauth.ClientSecretPost : oauth.ClientSecretBasic;
  const { scope, audience } = given;
  const refused: { answer?: HttpAnswer } = {};
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication(given.clientSecret!),
    { ...(scope && { scope }), ...(audience && { audience }) },
    {
      [oauth.allowInsecureRequests]: true, // context.http decides
      [oauth.customFetch]: async (url, { method, headers, body }) => {
        concealAll(context, headers);
        const answer = await context.http(url, {
          ...{ method, headers, body: String(body), changes: false, tls: tlsOf(given) },
          timeout: Math.min(given.timeoutSeconds * 1000, context.deadline.getTime() - context.now().getTime() - rest),
        });
        if (answer.status !== 200) refused.answer = answer;
        return refused.answer ? new Response() : new Response(answer.text(), { headers: answer.headers });
      },
    },
  );
  if (refused.answer) return { refused: refusal(refused.answer, context.now()) };
  const { access_token: token, expires_in: seconds = 0 } = await oauth.processClientCredentialsResponse(
    server,
    client,
    response,
  );
  keep(name, token, seconds, context.now().getTime());
  return { token };
}

function keep(name: string, token: string, seconds: number, now: number): void {
  for (const [other, { until }] of kept) if (until <= now) kept.delete(other);
  const until = now + seconds * 1000 - margin;
  if (until > now) kept.set(name, { token, until });
}

const blamed: Record<string, string> = { invalid_scope: 'scope', invalid_target: 'audience' };

/** RFC 6749 §5.2, RFC 8707 §2. Never `rejected` or `unknown`: nothing was handed over. */
function refusal(answer: HttpAnswer, now: Date): Refusal {
  const { status } = answer;
  const detail = `the token endpoint answered HTTP ${status}`;
  if (status === 400 || status === 401 || status === 403)
    return {
      kind: 'misconfigured',
      parameter: blamed[errorOf(answer)] ?? 'clientSecret',
      reason: { public: 'Der Token-Dienst nimmt die Zugangsdaten nicht an.', detail },
    };
  const outcome = refusalOf(answer, { credentials: 'clientSecret', path: 'oauthUrl' }, now);
  const reason = { public: 'Der Token-Dienst ist überlastet oder gestört.', detail };
  if (outcome.kind === 'misconfigured')
    return { ...outcome, reason: { public: 'Unter dieser Adresse gibt niemand Token aus.', detail } };
  return outcome.kind === 'later' ? { ...outcome, reason } : { kind: 'later', reason };
}

function errorOf(answer: HttpAnswer): string {
  try {
    return String((answer.json() as { error?: unknown } | null)?.error);
  } catch {
    return '';
  }
}

/** The secret travels encoded, and an answer might repeat it. */
function concealAll(context: AdapterContext, { authorization }: Record<string, string>): void {
  if (authorization) context.conceal(authorization.replace(/^Basic /, ''));
}

/** One token for one set of whatever decides about it; the secrets do not stay. */
function nameOf({ oauthUrl, clientId, clientSecret, scope, audience, clientCertificate }: RestParameters): string {
  const parts = JSON.stringify([oauthUrl, clientId, clientSecret, scope, audience, clientCertificate]);
  return createHash('sha256').update(parts).digest('base64');
}
