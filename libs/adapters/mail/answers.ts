import type { CheckStep, Reason } from '../contract.js';
import type { Refusal } from '../tools/outcomes.js';
import type { SmtpError } from './client.js';
import type { MailParameters } from './parameters.js';
import { texts } from './texts.js';

const untrusted = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const expired = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/;
const otherName = /ALTNAME_INVALID/;
const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER/;

/**
 * What a server's refusal or a broken connection means. The server's own words may name addresses and more, so only the
 * code is passed on.
 * @param sent whether the message's last byte may have left
 */
export function outcomeOf(error: SmtpError, given: MailParameters, sent: boolean): Refusal {
  const status = statusOf(error);
  const detail = [error.code, error.command, status && `SMTP ${status}`].filter(Boolean).join(' ');
  const reasonOf = (text: string): Reason => ({ public: text, detail });
  const later = (text: string): Refusal => ({ kind: 'later', reason: reasonOf(text) });
  const rejected = (text: string): Refusal => ({ kind: 'rejected', reasons: [reasonOf(text)] });
  const misconfigured = (parameter: string, text: string): Refusal => ({
    kind: 'misconfigured',
    parameter,
    reason: reasonOf(text),
  });
  const { refusals } = texts;
  const tls = tlsFault(error);
  if (tls) return misconfigured(tls.parameter, tls.message);
  if (status === undefined) {
    if (sent) return { kind: 'unknown', reason: reasonOf(refusals.unclear) };
    return error.code === 'EMESSAGE' ? rejected(refusals.tooLarge) : later(refusals.unreachable);
  }
  if (isCredentials(error, status)) return misconfigured(given.user ? 'password' : 'user', refusals.credentials);
  if (status < 500) return later(refusals.laterPlease);
  if (status === 552) return rejected(refusals.tooLarge);
  if (error.refused === 'RCPT TO') return misconfigured('to', refusals.recipient);
  if (error.refused === 'MAIL FROM') return misconfigured('from', refusals.sender);
  return error.command === 'DATA' ? rejected(refusals.message) : later(refusals.nothingNow);
}

/** The step of a connection test that failed. `current`: the step that the test had come to. */
export function failedStep(error: SmtpError, given: MailParameters, current: string): CheckStep {
  const outcome = outcomeOf(error, given, false);
  const message = outcome.kind === 'rejected' ? outcome.reasons[0]!.public : outcome.reason.public;
  const status = statusOf(error);
  const step = tlsFault(error) ? 'tls' : status && isCredentials(error, status) ? 'authenticate' : current;
  const parameter = outcome.kind === 'misconfigured' ? outcome.parameter : current === 'connect' ? 'host' : undefined;
  return { step, ok: false, message, ...(parameter && { parameter }) };
}

/** The code of a reply that refuses (RFC 5321 §4.2); undefined where there was no such reply. */
function statusOf({ responseCode }: SmtpError): number | undefined {
  return responseCode && responseCode >= 400 && responseCode < 600 ? responseCode : undefined;
}

/** RFC 4954 §6. A server also answers 530 where it wants a login and the parameters hold none. */
const isCredentials = ({ command }: SmtpError, status: number) =>
  [530, 534, 535, 538].includes(status) || (status >= 500 && /^AUTH (PLAIN|LOGIN|CRAM)/.test(command ?? ''));

function tlsFault({ code = '', originalCode = '', command }: SmtpError) {
  const why = `${code} ${originalCode}`;
  const message = texts.refusals.tls(originalCode || code);
  if (untrusted.test(why)) return { parameter: 'ca', message };
  if (expired.test(why) || otherName.test(why)) return { parameter: 'host', message };
  if (noTls.test(why)) return { parameter: 'security', message };
  return code === 'ETLS' && command === 'STARTTLS'
    ? { parameter: 'security', message: texts.refusals.noStartTls }
    : undefined;
}
