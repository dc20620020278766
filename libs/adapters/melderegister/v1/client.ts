import type { AdapterContext, HttpRequest } from '../../contract.js';
import type { MelderegisterParameters } from './parameters.js';

/** Makes one request as this municipality. */
export const ask = (
  context: AdapterContext,
  { baseUrl, token }: MelderegisterParameters,
  path: string,
  request: HttpRequest = {},
) =>
  context.http(baseUrl.replace(/\/+$/, '') + path, {
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token}` },
  });
