import type { AdapterContext, HttpAnswer, HttpRequest } from '../../contract.js';
import type { Refusal } from '../../tools/outcomes.js';
import { address, type RestParameters, tlsOf } from '../parameters.js';
import { texts } from '../texts.js';
import { forget, tokenFor } from './token.js';

/** What proves to the target who we are. */
interface Pass {
  headers: Record<string, string>;
  /** Only where it came from a token endpoint, and so can be replaced by a new one. */
  token?: string;
}

/** The target's answer, or why no request could be made. */
type Response = { answer: HttpAnswer } | { refused: Refusal };

/** Makes the headers that authenticate a request, with a token from the token endpoint where one is wanted. */
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
      return { headers: { [given.apiKeyHeader.toLowerCase()]: String(given.token) } };
    case 'oauth2': {
      const grant = await tokenFor(context, given);
      if ('refused' in grant) return grant;
      return { headers: { authorization: `Bearer ${grant.token}` }, token: grant.token };
    }
  }
}

/**
 * Makes one request. Where the target refuses a token with 401, it has done nothing: the token is dropped and the
 * request repeated once with a new one.
 */
export async function exchange(
  context: AdapterContext,
  given: RestParameters,
  url: string,
  request: HttpRequest,
  pass: Pass,
): Promise<Response> {
  const send = (headers: Record<string, string>) =>
    context.http(url, {
      ...request,
      headers: { accept: 'application/json', ...request.headers, ...headers },
      timeout: given.timeoutSeconds * 1000,
      tls: tlsOf(given),
    });
  const answer = await send(pass.headers);
  if (answer.status !== 401 || !pass.token) return { answer };
  forget(given, pass.token);
  const renewed = await authenticate(context, given).catch(() => ({ refused: withoutToken }));
  return 'refused' in renewed ? renewed : { answer: await send(renewed.headers) };
}

const withoutToken: Refusal = { kind: 'later', reason: { public: texts.token.unreachable } };

/** Authenticates and makes a request that changes nothing at the target. */
export async function read(context: AdapterContext, given: RestParameters, url: string): Promise<Response> {
  const pass = await authenticate(context, given);
  return 'refused' in pass ? pass : exchange(context, given, url, { headers: furtherHeaders(given) }, pass);
}

/** The headers of `rest.headers` with the delivery's ids filled in; without a delivery only those that name no id. */
export function furtherHeaders(
  { headers = {} }: RestParameters,
  ids?: { submissionId: string; caseId: string },
): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value.replace(/\{(submissionId|caseId)\}/g, (whole, id: 'submissionId' | 'caseId') => ids?.[id] ?? whole),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => !/\{(submissionId|caseId)\}/.test(value)));
}

/** Where the target says whether the delivery with this key has arrived. */
export const findAddress = (given: RestParameters, key: string) => address(given, given.findPath, key);
