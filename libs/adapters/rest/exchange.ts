import type { AdapterContext, HttpAnswer, HttpRequest } from '../contract.js';
import { type Refusal, refusalOf } from '../tools/outcomes.js';
import { address, credential, type RestParameters, tlsOf } from './parameters.js';
import { forget, tokenFor } from './token.js';

/** What proves to the target who we are. */
interface Pass {
  headers: Record<string, string>;
  /** Only where it was asked for, and so can be asked for anew. */
  token?: string;
}

/** Throws while nothing has left. */
export async function authenticate(
  context: AdapterContext,
  given: RestParameters,
): Promise<Pass | { refused: Refusal }> {
  switch (given.authentication) {
    case 'none':
      return { headers: {} };
    case 'bearer':
      return { headers: { authorization: `Bearer ${given.token}` } };
    case 'basic': {
      const encoded = Buffer.from(`${given.user}:${given.password}`).toString('base64');
      context.conceal(encoded);
      return { headers: { authorization: `Basic ${encoded}` } };
    }
    case 'apiKey':
      return { headers: { [given.apiKeyHeader.toLowerCase()]: given.token! } };
    case 'oauth2': {
      const grant = await tokenFor(context, given);
      if ('refused' in grant) return grant;
      return { headers: { authorization: `Bearer ${grant.token}` }, token: grant.token };
    }
  }
}

/** One request. A token that the target refuses (401) is thrown away and the request made once more with a new one: with 401 nothing was done. */
export async function exchange(
  context: AdapterContext,
  given: RestParameters,
  url: string,
  request: HttpRequest,
  pass: Pass,
): Promise<{ answer: HttpAnswer } | { refused: Refusal }> {
  const say = (headers: Record<string, string>) =>
    context.http(url, {
      ...request,
      headers: { accept: 'application/json', ...request.headers, ...headers },
      timeout: given.timeoutSeconds * 1000,
      tls: tlsOf(given),
    });
  const answer = await say(pass.headers);
  if (answer.status !== 401 || !pass.token) return { answer };
  forget(given, pass.token);
  const renewed = await authenticate(context, given).catch(() => ({ refused: withoutToken }));
  return 'refused' in renewed ? renewed : { answer: await say(renewed.headers) };
}

const withoutToken: Refusal = { kind: 'later', reason: { public: 'Der Token-Dienst ist nicht erreichbar.' } };

/** Asks, and changes nothing. */
export async function read(context: AdapterContext, given: RestParameters, url: string) {
  const pass = await authenticate(context, given);
  return 'refused' in pass ? pass : exchange(context, given, url, { headers: furtherHeaders(given) }, pass);
}

/** `rest.headers`, the ids filled in; without a delivery only those that name none. */
export function furtherHeaders(
  { headers = {} }: RestParameters,
  ids?: { submissionId: string; caseId: string },
): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value.replace(/\{(submissionId|caseId)\}/g, (whole, id: 'submissionId' | 'caseId') => ids?.[id] ?? whole),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => !/\{(submissionId|caseId)\}/.test(value!)));
}

export const findAddress = (given: RestParameters, key: string) => address(given, given.findPath, key);

/** What an answer without 2xx means here. nginx answers 400 and says so where it wants a client certificate. */
export function refusedBy(answer: HttpAnswer, given: RestParameters, now: Date): Refusal {
  if (wantsCertificate(answer))
    return {
      kind: 'misconfigured',
      parameter: 'clientCertificate',
      reason: { public: 'Das Zielsystem nimmt das Client-Zertifikat nicht an.', detail: `HTTP ${answer.status}` },
    };
  return refusalOf(answer, { credentials: credential(given), path: 'path' }, now);
}

/** `ngx_http_special_response.c`: „No required SSL certificate was sent“, „The SSL certificate error“. */
export const wantsCertificate = (answer: HttpAnswer) =>
  answer.status === 400 &&
  /<title>400 (No required SSL certificate was sent|The SSL certificate error)/.test(answer.text());
