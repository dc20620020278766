import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import type { AdapterContext, HttpAnswer } from '../../contract.js';
import { readJson } from '../../tools/json.js';
import { type Refusal, refusalOf } from '../../tools/outcomes.js';
import { type RestParameters, tlsOf } from '../parameters.js';
import { texts } from '../texts.js';

/** A token, or why there is none. */
export type Grant = { token: string } | { refused: Refusal };

/** Milliseconds: a token is no longer used when it has less time left than this. */
const margin = 60_000;
/** Milliseconds that must remain of a call after the token endpoint was asked. */
const reserve = 250;

/** By {@link nameOf}. `until`: milliseconds since 1970. */
const tokens = new Map<string, { token: string; until: number }>();
const requests = new Map<string, Promise<Grant>>();

/**
 * The token for these parameters (RFC 6749 §4.4). All calls that need it at the same time share one request to the
 * token endpoint. What it throws leaves no doubt: nothing has been handed over yet.
 */
export async function tokenFor(context: AdapterContext, given: RestParameters): Promise<Grant> {
  const name = nameOf(given);
  const known = tokens.get(name);
  if (known && known.until > context.now().getTime()) return granted(context, known.token);
  const running = requests.get(name);
  // the call that made it may have reached its deadline, which is not ours
  const shared = running && (await running.catch(() => undefined));
  const grant = shared ?? (await (requests.get(name) ?? askForAll(context, given, name)));
  return 'token' in grant ? granted(context, grant.token) : grant;
}

/** Drops a token that the target refuses. */
export function forget(given: RestParameters, token: string): void {
  const name = nameOf(given);
  if (tokens.get(name)?.token === token) tokens.delete(name);
}

function granted(context: AdapterContext, token: string): Grant {
  context.conceal(token);
  return { token };
}

function askForAll(context: AdapterContext, given: RestParameters, name: string): Promise<Grant> {
  const grant = ask(context, given, name).finally(() => requests.delete(name));
  requests.set(name, grant);
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
        concealSecret(context, headers);
        const remaining = context.deadline.getTime() - context.now().getTime() - reserve;
        const answer = await context.http(url, {
          method,
          headers,
          body: String(body),
          changes: false,
          tls: tlsOf(given),
          timeout: Math.min(given.timeoutSeconds * 1000, remaining),
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
  for (const [other, { until }] of tokens) if (until <= now) tokens.delete(other);
  const until = now + seconds * 1000 - margin;
  if (until > now) tokens.set(name, { token, until });
}

/** The token endpoint's `error` → the parameter that it blames. */
const blamed: Record<string, string> = { invalid_scope: 'scope', invalid_target: 'audience' };

/** RFC 6749 §5.2, RFC 8707 §2. Never `rejected` or `unknown`: nothing was handed over. */
function refusal(answer: HttpAnswer, now: Date): Refusal {
  const { status } = answer;
  const detail = `the token endpoint answered HTTP ${status}`;
  if (status === 400 || status === 401 || status === 403)
    return {
      kind: 'misconfigured',
      parameter: blamed[errorOf(answer)] ?? 'clientSecret',
      reason: { public: texts.token.credentials, detail },
    };
  const outcome = refusalOf(answer, { credentials: 'clientSecret', path: 'oauthUrl' }, now);
  const reason = { public: texts.token.busy, detail };
  if (outcome.kind === 'misconfigured') return { ...outcome, reason: { public: texts.token.wrongAddress, detail } };
  return outcome.kind === 'later' ? { ...outcome, reason } : { kind: 'later', reason };
}

const errorOf = (answer: HttpAnswer) => readJson(answer, z.object({ error: z.string() }))?.error ?? '';

/** Conceals the secret as it is sent, in Base64: the answer might repeat it. */
function concealSecret(context: AdapterContext, { authorization }: Record<string, string>): void {
  if (authorization) context.conceal(authorization.replace(/^Basic /, ''));
}

/** A name for everything that decides which token is granted. It is a hash, so that no secret is held in memory. */
function nameOf({ oauthUrl, clientId, clientSecret, scope, audience, clientCertificate }: RestParameters): string {
  const parts = JSON.stringify([oauthUrl, clientId, clientSecret, scope, audience, clientCertificate]);
  return createHash('sha256').update(parts).digest('base64');
}
