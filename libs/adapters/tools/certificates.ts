import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { AdapterContext, CheckStep, TlsOptions } from '../contract.js';
import { texts } from './texts.js';

/** The keys of the parameters that hold authority, certificate and key. */
export type CertificateNames = Record<keyof TlsOptions, string>;

const usual: CertificateNames = { ca: 'ca', certificate: 'clientCertificate', key: 'clientKey' };
const day = 86_400_000;
/** A connection test warns when a certificate has fewer days left than these. */
const warningDays = 30;

/**
 * What is wrong with certificates and key, as far as that can be seen before connecting: the key of the parameter to
 * blame and a German sentence. Undefined when nothing is wrong.
 */
export function certificateFault(
  { ca, certificate, key }: TlsOptions,
  now: Date,
  names = usual,
): { parameter: string; message: string } | undefined {
  const wrong = texts.certificates;
  if (ca && !read(ca)) return { parameter: names.ca, message: wrong.notPem };
  if (!certificate && !key) return undefined;
  if (!certificate) return { parameter: names.certificate, message: wrong.certificateMissing };
  if (!key) return { parameter: names.key, message: wrong.keyMissing };
  const own = read(certificate);
  if (!own) return { parameter: names.certificate, message: wrong.notPem };
  const secret = readKey(key);
  if (!secret) return { parameter: names.key, message: wrong.keyNotPem };
  if (!own.checkPrivateKey(secret)) return { parameter: names.key, message: wrong.keyDoesNotFit };
  const { validFromDate: from, validToDate: until } = own;
  if (from > now) return { parameter: names.certificate, message: wrong.notYetValid(dateOf(from)) };
  if (until <= now) return { parameter: names.certificate, message: wrong.expired(dateOf(until)) };
  return undefined;
}

/** The step `certificate` of a connection test; no step where neither certificate nor authority is given. */
export function certificateSteps(tls: TlsOptions, now: Date, names = usual): CheckStep[] {
  const fault = certificateFault(tls, now, names);
  if (fault) return [{ step: 'certificate', ok: false, ...fault }];
  return (['certificate', 'ca'] as const).flatMap((which): CheckStep[] => {
    const until = tls[which] && read(tls[which])?.validToDate;
    if (!until) return [];
    return [{ step: 'certificate', ok: true, message: validityOf(which, until, now), parameter: names[which] }];
  });
}

function validityOf(which: 'certificate' | 'ca', until: Date, now: Date): string {
  const { expired, expiresSoon, validUntil, ...authority } = texts.certificates;
  const isAuthority = which === 'ca';
  const date = dateOf(until);
  if (until <= now) return isAuthority ? authority.authorityExpired(date) : expired(date);
  if (until.getTime() - now.getTime() < warningDays * day)
    return isAuthority ? authority.authorityExpiresSoon(date) : expiresSoon(date);
  return isAuthority ? authority.authorityValidUntil(date) : validUntil(date);
}

/** In German, why an encrypted connection could not be made; undefined where the error is about something else. */
export function tlsTrouble(error: unknown): string | undefined {
  const code = codeOf(error);
  if (!/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/.test(code)) return undefined;
  const [, reason] = reasons.find(([pattern]) => pattern.test(code)) ?? [undefined, texts.tls.other];
  return `${reason} (${code}).`;
}

const reasons: [RegExp, string][] = [
  [/ALERT_CERTIFICATE_REQUIRED/, texts.tls.certificateDemanded],
  [/ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/, texts.tls.certificateRefused],
  [/^CERT_HAS_EXPIRED/, texts.tls.targetExpired],
  [/ALTNAME_INVALID/, texts.tls.targetOtherName],
  [/UNABLE_TO|SELF_SIGNED/, texts.tls.targetNotTrusted],
];

/**
 * Whether the other side closed the connection because of the client's certificate (RFC 8446 §6.2:
 * `certificate_required`, `bad_certificate`, …).
 */
export const blamesCertificate = (error: unknown) =>
  /ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(codeOf(error));

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return String(code ?? cause?.code ?? '');
}

/**
 * Makes an encrypted connection, sends nothing, and waits `timeout` milliseconds for the alert with which the other
 * side refuses: in TLS 1.3 a server judges the client's certificate only after the client believes that it is
 * connected. Undefined when there is none.
 */
export async function complaint(
  context: AdapterContext,
  url: string,
  { ca, certificate: cert, key }: TlsOptions,
  timeout = 1_000,
): Promise<Error | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = await context.connect(host, Number(port || 443));
  return new Promise((resolve) => {
    const secure = connect({
      socket,
      servername: /[a-z]/i.test(host) ? host : '',
      host,
      rejectUnauthorized: false,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    });
    const timer = setTimeout(() => secure.destroy(), timeout);
    let alert: Error | undefined;
    secure.on('error', (error) => {
      alert = error;
    });
    secure.on('close', () => {
      clearTimeout(timer);
      resolve(alert);
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
const dateOf = (at: Date) => format.format(at);
