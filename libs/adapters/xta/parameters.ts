import { z } from 'zod';
import { parseAuthority } from '#xoev/dvdv.js';
import type { TlsOptions } from '../contract.js';
import { certificateFault } from '../tools/certificates.js';

const text = z.string().min(1);
const path = z.string().regex(/^\/\S*$/, 'Beginnt mit / und enthält keine Leerzeichen');
const uri = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, 'Eine URI, zum Beispiel urn:…');
const authority = z
  .string()
  .refine((key) => parseAuthority(key) !== undefined, 'Ein Schlüssel des DVDV, zum Beispiel bab:080000000001');

export const parameters = z.object({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe('Adresse des XTA-Servers, zum Beispiel https://xta.example.de/xta; die Ports liegen dahinter'),
  managementPath: path.default('/managementPort').describe('Pfad des managementPort hinter xta.baseUrl'),
  sendPath: path.default('/sendPort').describe('Pfad des sendPort hinter xta.baseUrl'),
  msgBoxPath: path.default('/msgBoxPort').describe('Pfad des msgBoxPort hinter xta.baseUrl'),
  clientCertificate: text.describe('Client-Zertifikat des XTA-Kontos mit seiner Kette (PEM)').meta({ secret: true }),
  clientKey: text.describe('Schlüssel zum Client-Zertifikat (PEM, unverschlüsselt)').meta({ secret: true }),
  ca: text
    .optional()
    .describe('Zertifikat (PEM) der Zertifizierungsstelle des XTA-Servers, wenn es keine allgemein anerkannte ist'),
  author: authority
    .describe('Absender: Behördenschlüssel im DVDV mit Präfix, zum Beispiel bap:080000000000')
    .meta({ host: false }),
  authorName: text.describe('Name des Absenders, wie er in der Nachricht steht'),
  reader: authority
    .describe('Empfänger: Behördenschlüssel im DVDV mit Präfix, zum Beispiel bab:081150000000')
    .meta({ host: false }),
  readerName: text.describe('Name des Empfängers, wie er in der Nachricht steht'),
  service: uri.describe('Dienst des Empfängers, wie er im DVDV eingetragen ist (URI)').meta({ host: false }),
  scenario: text.default('Antrag').describe('Geschäftsvorfall; mit xta.scenarioList ein Code dieser Liste'),
  scenarioList: uri.optional().describe('Codeliste des Geschäftsvorfalls (URI)').meta({ host: false }),
  scenarioListVersion: text.default('1.0').describe('Version dieser Codeliste'),
  messageList: uri
    .default('urn:stellwerk:nachrichten')
    .describe('Codeliste des Nachrichtentyps, wo der Standard der Nachricht keine nennt')
    .meta({ host: false }),
  messageListVersion: text.default('1.0').describe('Version dieser Codeliste'),
  characters: z
    .enum(['refuse', 'transliterate'])
    .default('refuse')
    .describe(
      'Zeichen, die der XÖV-Standard nicht kennt (DIN 91379): ' +
        'refuse (die Sendung wird abgelehnt), transliterate (sichtbar ersetzt)',
    ),
  validation: z
    .enum(['available', 'required'])
    .default('available')
    .describe(
      'Prüfung gegen das Schema des Standards: available (wenn es vorliegt), ' +
        'required (ohne Schema wird nichts gesendet)',
    ),
  maxMegabytes: z.number().min(1).max(40).default(40).describe('So groß darf eine Sendung mit Anlagen sein, in MB'),
  replies: z.boolean().default(true).describe('Ob Antworten aus dem Postfach des Absenders geholt werden'),
  pollMinutes: z
    .number()
    .min(0.01)
    .max(1440)
    .default(15)
    .describe('Abstand der Blicke ins Postfach, in Minuten; ohne Neues werden sie seltener'),
  test: z.boolean().default(false).describe('Ob die Sendungen als Testnachrichten gekennzeichnet werden'),
});

/** The server and the account: whoever is the author has the account's mailbox. */
export const bound = [
  ...['baseUrl', 'managementPath', 'sendPath', 'msgBoxPath', 'ca', 'clientCertificate', 'clientKey'],
  ...['author', 'authorName'],
];

export type XtaParameters = z.infer<typeof parameters>;

export const tlsOf = ({ ca, clientCertificate: certificate, clientKey: key }: XtaParameters): TlsOptions => ({
  ...(ca && { ca }),
  certificate,
  key,
});

/** Finds the first parameter that cannot be used now, for instance an expired certificate. */
export const faultOf = (given: XtaParameters, now: Date) => certificateFault(tlsOf(given), now);
