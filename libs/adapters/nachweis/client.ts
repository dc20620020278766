import type { AdapterContext, HttpAnswer, HttpRequest } from '../contract.js';
import type { NachweisParameters } from './parameters.js';

/** Makes one request with the region's token. */
export function ask(
  context: AdapterContext,
  { baseUrl, token }: NachweisParameters,
  path: string,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  return context.http(baseUrl.replace(/\/+$/, '') + path, {
    ...request,
    headers: { accept: 'application/json', authorization: `Bearer ${token}`, ...request.headers },
  });
}
