import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { AdapterContext, CheckStep, TlsOptions } from '../contract.js';

/** How the parameters are called that hold them, by key. */
export type CertificateNames = Record<keyof TlsOptions, string>;

const usual: CertificateNames = { ca: 'ca', certificate: 'clientCertificate', key: 'clientKey' };
const day = 86_400_000;
/** Days before its end from which a certificate is worth a warning. */
const soon = 30;

/** What is wrong with certificates and key before anybody is spoken to: the parameter's key and a German sentence. Undefined when nothing is. */
export function certificateFault(
  { ca, certificate, key }: TlsOptions,
  now: Date,
  names = usual,
): { parameter: string; message: string } | undefined {
  if (ca && !read(ca)) return { parameter: names.ca, message: 'Das ist kein Zertifikat im PEM-Format.' };
  if (!certificate && !key) return undefined;
  if (!certificate) return { parameter: names.certificate, message: 'Zum Schlüssel fehlt das Zertifikat.' };
  if (!key) return { parameter: names.key, message: 'Zum Zertifikat fehlt der Schlüssel.' };
  const own = read(certificate);
  if (!own) return { parameter: names.certificate, message: 'Das ist kein Zertifikat im PEM-Format.' };
  const secret = readKey(key);
  if (!secret) return { parameter: names.key, message: 'Das ist kein unverschlüsselter Schlüssel im PEM-Format.' };
  if (!own.checkPrivateKey(secret))
    return { parameter: names.key, message: 'Der Schlüssel passt nicht zum Zertifikat.' };
  if (own.validFromDate > now)
    return { parameter: names.certificate, message: `Das Zertifikat gilt erst ab ${date(own.validFromDate)}.` };
  if (own.validToDate <= now)
    return { parameter: names.certificate, message: `Das Zertifikat ist am ${date(own.validToDate)} abgelaufen.` };
  return undefined;
}

/** The step `certificate` of a connection test; none where neither certificate nor authority is given. */
export function certificateSteps(tls: TlsOptions, now: Date, names = usual): CheckStep[] {
  const fault = certificateFault(tls, now, names);
  if (fault) return [{ step: 'certificate', ok: false, ...fault }];
  return (['certificate', 'ca'] as const).flatMap((which): CheckStep[] => {
    const until = tls[which] && read(tls[which])!.validToDate;
    return until
      ? [{ step: 'certificate', ok: true, message: lasting(which, until, now), parameter: names[which] }]
      : [];
  });
}

function lasting(which: 'certificate' | 'ca', until: Date, now: Date): string {
  const whose = which === 'ca' ? 'Das Zertifikat der Zertifizierungsstelle' : 'Das Zertifikat';
  if (until <= now) return `${whose} ist am ${date(until)} abgelaufen.`;
  const short = until.getTime() - now.getTime() < soon * day;
  return short ? `Achtung: ${whose} gilt nur noch bis ${date(until)}.` : `${whose} gilt bis ${date(until)}.`;
}

/** In German what kept an encrypted connection from being made; undefined where that was not the trouble. */
export function tlsTrouble(error: unknown): string | undefined {
  const code = codeOf(error);
  if (!/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/.test(code)) return undefined;
  const [, said = 'Die verschlüsselte Verbindung kommt nicht zustande'] =
    sayings.find(([pattern]) => pattern.test(code)) ?? [];
  return `${said} (${code}).`;
}

const sayings: [RegExp, string][] = [
  [/ALERT_CERTIFICATE_REQUIRED/, 'Das Zielsystem verlangt ein Client-Zertifikat'],
  [/ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/, 'Das Zielsystem nimmt das Client-Zertifikat nicht an'],
  [/^CERT_HAS_EXPIRED/, 'Das Zertifikat des Zielsystems ist abgelaufen'],
  [/ALTNAME_INVALID/, 'Das Zertifikat des Zielsystems gilt nicht für diesen Rechnernamen'],
  [/UNABLE_TO|SELF_SIGNED/, 'Dem Aussteller des Zertifikats, das das Zielsystem vorzeigt, wird nicht vertraut'],
];

/** Whether the other side closed a connection because of the client's certificate (RFC 8446 §6.2: `certificate_required`, `bad_certificate`, …). */
export const blamesCertificate = (error: unknown) =>
  /ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(codeOf(error));

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return String(code ?? cause?.code ?? '');
}

/**
 * Makes an encrypted connection, sends nothing, and waits `patience` ms for the other side's complaint: in TLS 1.3 a server judges the client's certificate only
 * after the client believes that it is connected. Undefined when there is none.
 */
export async function complaint(
  context: AdapterContext,
  url: string,
  { ca, certificate: cert, key }: TlsOptions,
  patience = 1_000,
): Promise<Error | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = await context.connect(host, Number(port || 443));
  const options = { socket, servername: /[a-z]/i.test(host) ? host : '', host, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const secure = connect({ ...options, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
    const timer = setTimeout(() => secure.destroy(), patience);
    let said: Error | undefined;
    secure.on('error', (error) => (said = error));
    secure.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
    secure.resume();
  });
}

function read(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

const format = new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeZone: 'Europe/Berlin' });
const date = (at: Date) => format.format(at);
