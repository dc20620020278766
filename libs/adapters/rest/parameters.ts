import { z } from 'zod';
import type { TlsOptions } from '../contract.js';
import { certificateFault } from '../tools/certificates.js';
import { texts } from './texts.js';

const path = z.string().regex(/^\/\S*$/, 'Beginnt mit / und enthält keine Leerzeichen');
const url = z.url({ protocol: /^https?$/ });
/** Headers that are about the connection and the body (RFC 9110 §7.6.1 and §8), whoever would set them. */
const ofTheConnection =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-.*|expect|host|content-.*|trace.*)$/i;
const setByUs = 'Diese Kopfzeile setzt Stellwerk selbst';
const header = z
  .string()
  .regex(/^[\w-]+$/)
  .refine((name) => !ofTheConnection.test(name), setByUs);
const text = z.string().min(1);
/** The name of a part, which stands in quotes in a header. */
const part = z.string().regex(/^[\w.-]+$/, 'Buchstaben, Ziffern, Punkt und Bindestriche');
/** Headers that a region may not set in the clear, because they hold credentials. */
const credentials = /^(authorization|cookie|.*(token|key|secret).*)$/i;

export const parameters = z.object({
  baseUrl: url.describe('Adresse des Fachverfahrens, zum Beispiel https://steuer.example.de/api'),
  path: path
    .default('/deliveries')
    .describe('Pfad, an den Sendungen gehen, hinter rest.baseUrl; {key} ist der Idempotenzschlüssel'),
  method: z.enum(['POST', 'PUT']).default('POST').describe('Methode, mit der Sendungen übergeben werden'),
  find: z
    .enum(['key', 'none'])
    .default('key')
    .describe(
      'Ob das Fachverfahren sagen kann, was angekommen ist: ' +
        'key (rest.findPath), none (im Zweifel entscheidet ein Mensch)',
    ),
  findPath: path
    .refine((value) => value.includes('{key}'), 'Enthält {key}')
    .default('/deliveries/{key}')
    .describe('Pfad, unter dem eine Sendung wiedergefunden wird; {key} ist der Idempotenzschlüssel'),
  statusPath: path
    .refine((value) => value.includes('{reference}'), 'Enthält {reference}')
    .optional()
    .describe(
      'Pfad, unter dem das Fachverfahren sagt, wie weit es ist und was es antwortet; ' +
        '{reference} ist sein Kennzeichen. Ohne Wert wird nicht nachgefragt',
    ),
  pollMinutes: z
    .number()
    .min(0.01)
    .max(1440)
    .default(15)
    .describe('Abstand der Nachfragen bei rest.statusPath, in Minuten; ohne Neues werden sie seltener'),
  envelope: z
    .enum(['stellwerk', 'none'])
    .default('stellwerk')
    .describe('stellwerk: die Nachricht in Stellwerks Umschlag (JSON); none: nur die Nachricht, in ihrem Format'),
  attachments: z
    .enum(['inline', 'multipart', 'refuse'])
    .optional()
    .describe(
      'Anlagen: inline (als Base64 im Umschlag), multipart (multipart/form-data), ' +
        'refuse (Sendungen mit Anlagen werden abgelehnt); ohne Wert inline, ohne Umschlag refuse',
    ),
  messagePart: part.default('message').describe('Name des Teils mit der Nachricht, bei multipart'),
  filePart: part.default('file').describe('Name der Teile mit den Anlagen, bei multipart'),
  contentType: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/, 'Ein Medientyp, zum Beispiel application/json')
    .optional()
    .describe('Medientyp der Nachricht; ohne Wert der ihres Formats'),
  headers: z
    .record(
      header.refine((name) => !credentials.test(name), setByUs),
      z.string().regex(/^[!-~]([ -~]*[!-~])?$/, 'Druckbare Zeichen aus ASCII'),
    )
    .optional()
    .describe(
      'Weitere Kopfzeilen jeder Anfrage, ohne Geheimnisse; in Sendungen werden {submissionId} und {caseId} ersetzt',
    ),
  reference: z
    .string()
    .regex(/^(\/[^/]*)+$/, 'Ein JSON Pointer, zum Beispiel /reference')
    .default('/reference')
    .describe(
      'Wo das Kennzeichen in der Antwort (JSON oder XML) steht, als JSON Pointer; sonst gilt die Kopfzeile Location',
    ),
  authentication: z
    .enum(['none', 'bearer', 'basic', 'apiKey', 'oauth2'])
    .default('none')
    .describe('Wie sich Stellwerk ausweist'),
  token: text.optional().describe('Token für bearer oder apiKey').meta({ secret: true }),
  user: text.optional().describe('Benutzer für basic'),
  password: text.optional().describe('Kennwort für basic').meta({ secret: true }),
  apiKeyHeader: header.default('X-API-Key').describe('Kopfzeile, in der bei apiKey das Token steht'),
  oauthUrl: url.optional().describe('Adresse, die bei oauth2 Token ausgibt (client credentials, RFC 6749 4.4)'),
  clientId: text.optional().describe('Client-ID für oauth2'),
  clientSecret: text.optional().describe('Client-Secret für oauth2').meta({ secret: true }),
  clientAuthentication: z
    .enum(['basic', 'post'])
    .default('basic')
    .describe('Wo bei oauth2 das Client-Secret steht: basic (Kopfzeile), post (Formular)'),
  scope: text.optional().describe('Scope für oauth2'),
  audience: text.optional().describe('Audience für oauth2').meta({ host: false }),
  ca: text
    .optional()
    .describe('Zertifikat (PEM) der Zertifizierungsstelle des Fachverfahrens, wenn es keine allgemein anerkannte ist'),
  clientCertificate: text
    .optional()
    .describe('Client-Zertifikat mit seiner Kette (PEM); wird wie der Schlüssel verwahrt, damit beide zusammenpassen')
    .meta({ secret: true }),
  clientKey: text.optional().describe('Schlüssel zum Client-Zertifikat (PEM, unverschlüsselt)').meta({ secret: true }),
  idempotencyHeader: header.default('Idempotency-Key').describe('Kopfzeile, in der der Idempotenzschlüssel steht'),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(29)
    .default(20)
    .describe('So lange wartet Stellwerk auf die Antwort, in Sekunden'),
});

/**
 * Address and credentials. A path and headers are part of the address: one host may serve many, and tell them apart by
 * these.
 */
export const bound = [
  ...['baseUrl', 'path', 'findPath', 'statusPath', 'headers', 'ca', 'clientCertificate', 'clientKey'],
  ...['authentication', 'token', 'user', 'password', 'apiKeyHeader'],
  ...['oauthUrl', 'clientId', 'clientSecret', 'clientAuthentication', 'scope', 'audience'],
];

export type RestParameters = z.infer<typeof parameters>;

/** The parameters that each way of authentication needs; a refused login points at the last of them. */
const needs = {
  none: [],
  bearer: ['token'],
  apiKey: ['token'],
  basic: ['user', 'password'],
  oauth2: ['oauthUrl', 'clientId', 'clientSecret'],
} as const;

/** The first parameter that is missing, contradicts another or holds a certificate that cannot be used now. */
export function faultOf(given: RestParameters, now: Date): { parameter: string; message: string } | undefined {
  const missing = needs[given.authentication].find((key) => !given[key]);
  if (missing) return { parameter: missing, message: texts.parameters.missing };
  if (given.envelope === 'none' && given.attachments === 'inline')
    return { parameter: 'attachments', message: texts.parameters.inlineWithoutEnvelope };
  return certificateFault(tlsOf(given), now);
}

/** The key of the parameter that the target's 401 points at. */
export function credential({ authentication }: RestParameters): keyof RestParameters {
  return needs[authentication].at(-1) ?? 'authentication';
}

export function tlsOf({ ca, clientCertificate: certificate, clientKey: key }: RestParameters): TlsOptions {
  return { ...(ca && { ca }), ...(certificate && { certificate }), ...(key && { key }) };
}

/** The address of `path` below `baseUrl`; the key goes in escaped. */
export function address({ baseUrl }: RestParameters, path: string, key = ''): string {
  return baseUrl.replace(/\/+$/, '') + path.replaceAll('{key}', encodeURIComponent(key));
}
