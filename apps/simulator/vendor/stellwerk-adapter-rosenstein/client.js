const headersOf = ({ mandant, apiKey }) => ({ 'x-mandant': mandant, 'x-schluessel': apiKey });
const at = ({ url }, path) => url.replace(/\/+$/, '') + path;

/** Creates the Vorgang, once for each key. */
export const send = (context, given, body) =>
  context.http(at(given, '/vorgaenge'), {
    method: 'POST',
    headers: {
      ...headersOf(given),
      'content-type': 'application/json',
      'x-vorgangsschluessel': context.idempotencyKey,
    },
    body,
  });

/** Asks for the Vorgang of a key. */
export const ask = (context, given, key) =>
  context.http(at(given, `/vorgaenge/${encodeURIComponent(key)}`), { headers: headersOf(given) });
