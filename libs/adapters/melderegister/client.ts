import type { AdapterContext, HttpAnswer, HttpRequest } from '../contract.js';
import type { MelderegisterParameters } from './parameters.js';

/** Makes one request as this municipality. None of them changes the register. */
export function ask(
  context: AdapterContext,
  given: MelderegisterParameters,
  path: string,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { baseUrl, token, certificate, key, authority } = given;
  const tls = {
    ...(authority && { ca: authority }),
    ...(certificate && { certificate }),
    ...(key && { key }),
  };
  return context.http(baseUrl.replace(/\/+$/, '') + path, {
    ...request,
    changes: false,
    headers: { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) },
    ...(Object.keys(tls).length > 0 && { tls }),
  });
}
