import { texts } from './texts.js';

/** What an answer without a Vorgang means. */
export function refusalOf({ status, headers }, now) {
  const { refusals } = texts;
  const reason = (text) => ({ public: text, detail: `HTTP ${status}` });
  if (status === 401 || status === 403)
    return { kind: 'misconfigured', parameter: 'apiKey', reason: reason(refusals.key) };
  if (status === 404) return { kind: 'misconfigured', parameter: 'url', reason: reason(refusals.address) };
  if (status === 429 || status >= 500) {
    const notBefore = retryAfter(headers['retry-after'], now);
    return { kind: 'later', reason: reason(refusals.busy), ...(notBefore && { notBefore }) };
  }
  if (status >= 400) return { kind: 'rejected', reasons: [reason(refusals.data)] };
  return { kind: 'unknown', reason: reason(refusals.notUnderstood) };
}

/** Seconds or a date (RFC 9110 §10.2.3); undefined where it is neither. */
function retryAfter(value, now) {
  if (value === undefined) return undefined;
  const at = new Date(/^\d+$/.test(value) ? now.getTime() + Number(value) * 1000 : Date.parse(value));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
