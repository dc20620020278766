import type { Json } from '#submission/vocabulary.js';
import type { AdapterContext } from '../contract.js';
import type { HandelsregisterParameters } from './parameters.js';

export const ping = (context: AdapterContext, given: HandelsregisterParameters) =>
  context.http(at(given, '/ping'), { headers: headersOf(given) });

/** Asks by POST, so that nothing of the question stands in a URL. It changes nothing. */
export const search = (context: AdapterContext, given: HandelsregisterParameters, question: Json) =>
  context.http(at(given, '/suche'), {
    method: 'POST',
    changes: false,
    headers: { ...headersOf(given), 'content-type': 'application/json', 'x-request-id': context.idempotencyKey },
    body: JSON.stringify(question),
  });

const at = ({ baseUrl }: HandelsregisterParameters, path: string) => baseUrl.replace(/\/+$/, '') + path;

const headersOf = ({ token }: HandelsregisterParameters) => ({
  accept: 'application/json',
  authorization: `Bearer ${token}`,
});
