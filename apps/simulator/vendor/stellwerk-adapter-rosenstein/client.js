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

/** The Vorgang of a key. */
export const ask = (context, given, key) =>
  context.http(at(given, `/vorgaenge/${encodeURIComponent(key)}`), { headers: headersOf(given) });

/** What an answer without a Vorgang means. */
export function refusal({ status, headers }, now) {
  const reason = (text) => ({ public: text, detail: `HTTP ${status}` });
  if (status === 401 || status === 403)
    return { kind: 'misconfigured', parameter: 'apiKey', reason: reason('Der Schlüssel wird nicht angenommen.') };
  if (status === 404)
    return { kind: 'misconfigured', parameter: 'url', reason: reason('Diese Adresse gibt es dort nicht.') };
  if (status === 429 || status >= 500) {
    const notBefore = pauseEnd(headers['retry-after'], now);
    return { kind: 'later', reason: reason('Rosenstein Steuern ist überlastet.'), ...(notBefore && { notBefore }) };
  }
  if (status >= 400) return { kind: 'rejected', reasons: [reason('Rosenstein Steuern lehnt die Angaben ab.')] };
  return { kind: 'unknown', reason: reason('Rosenstein Steuern hat unverständlich geantwortet.') };
}

/** `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3). */
function pauseEnd(value, now) {
  if (value === undefined) return undefined;
  const at = /^\d+$/.test(value) ? now.getTime() + Number(value) * 1000 : Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at);
}
