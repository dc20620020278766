import type { CheckStep, Outcome, Reason } from '../contract.js';
import type { MailParameters } from './parameters.js';
import type { SmtpError } from './session.js';

type Refusal = Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

const tooLarge = 'Die Nachricht ist größer, als der Mailserver der Behörde erlaubt.';
const untrusted = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const expired = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/;
const otherName = /ALTNAME_INVALID/;
const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER/;

/** What a server's refusal or a broken conversation means. Its own words name addresses and more: only the code passes on. */
export function outcomeOf(error: SmtpError, given: MailParameters, sent: boolean): Refusal {
  const status = statusOf(error);
  const detail = [error.code, error.command, status && `SMTP ${status}`].filter(Boolean).join(' ');
  const said = (text: string): Reason => ({ public: text, detail });
  const misconfigured = (parameter: string, text: string): Refusal => ({
    kind: 'misconfigured',
    parameter,
    reason: said(text),
  });
  const tls = tlsFault(error);
  if (tls) return misconfigured(tls.parameter, tls.message);
  if (status === undefined) {
    if (sent) return { kind: 'unknown', reason: said('Ob der Mailserver die Nachricht angenommen hat, ist unklar.') };
    if (error.code === 'EMESSAGE') return { kind: 'rejected', reasons: [said(tooLarge)] };
    return { kind: 'later', reason: said('Der Mailserver ist nicht erreichbar oder gestört.') };
  }
  if (isCredentials(error, status))
    return misconfigured(given.user ? 'password' : 'user', 'Der Mailserver nimmt die Zugangsdaten nicht an.');
  if (status < 500) return { kind: 'later', reason: said('Der Mailserver bittet um einen späteren Versuch.') };
  if (status === 552) return { kind: 'rejected', reasons: [said(tooLarge)] };
  if (error.refused === 'RCPT TO') return misconfigured('to', 'Der Mailserver nimmt für dieses Postfach nichts an.');
  if (error.refused === 'MAIL FROM') return misconfigured('from', 'Der Mailserver nimmt diesen Absender nicht an.');
  if (error.command === 'DATA')
    return { kind: 'rejected', reasons: [said('Der Mailserver hat die Nachricht abgelehnt.')] };
  return { kind: 'later', reason: said('Der Mailserver nimmt zurzeit nichts an.') };
}

/** The failed step of a connection test, named by how far it came. */
export function failedStep(error: SmtpError, given: MailParameters, reached: string): CheckStep {
  const outcome = outcomeOf(error, given, false);
  const message = outcome.kind === 'rejected' ? outcome.reasons[0]!.public : outcome.reason.public;
  const status = statusOf(error);
  const step = tlsFault(error) ? 'tls' : status && isCredentials(error, status) ? 'authenticate' : reached;
  const parameter = outcome.kind === 'misconfigured' ? outcome.parameter : reached === 'connect' ? 'host' : undefined;
  return { step, ok: false, message, ...(parameter && { parameter }) };
}

/** Three digits that begin a reply of failure; anything else is none (RFC 5321 §4.2). */
function statusOf({ responseCode }: SmtpError): number | undefined {
  return responseCode && responseCode >= 400 && responseCode < 600 ? responseCode : undefined;
}

/** RFC 4954 §6; 530 also where the server wants a login that nobody has set. */
const isCredentials = ({ command }: SmtpError, status: number) =>
  [530, 534, 535, 538].includes(status) || (status >= 500 && /^AUTH (PLAIN|LOGIN|CRAM)/.test(command ?? ''));

function tlsFault({ code = '', originalCode = '', command }: SmtpError) {
  const why = `${code} ${originalCode}`;
  const message = `Die verschlüsselte Verbindung kommt nicht zustande (${originalCode || code}).`;
  if (untrusted.test(why)) return { parameter: 'ca', message };
  if (expired.test(why) || otherName.test(why)) return { parameter: 'host', message };
  if (noTls.test(why)) return { parameter: 'security', message };
  return code === 'ETLS' && command === 'STARTTLS'
    ? { parameter: 'security', message: 'Der Mailserver bietet kein STARTTLS an.' }
    : undefined;
}
