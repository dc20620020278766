import type { Json } from '#submission/vocabulary.js';
import { code } from '#xoev/code.js';
import { type Authority, parseAuthority, prefixList } from '#xoev/dvdv.js';
import { extensionOf } from '#xoev/file-names.js';
import { type StandardVersion, standardOn } from '#xoev/standards.js';
import { uuidOf } from '#xoev/uuid.js';
import { Unwritable, writeXml } from '#xoev/write.js';
import type { Delivery } from '../contract.js';
import { writePdf } from '../tools/document.js';
import { encode } from '../tools/formats.js';
import type { XdomeaParameters } from './parameters.js';

/** A file in the ZIP beside the message. */
export interface Primary {
  /** `<UUID>.<extension>`, as xdomea wants it: no name that a person chose. */
  name: string;
  /** As it was called; personal. */
  original: string;
  mimetype: string;
}

/** The message, and what goes with it: the submission to read, its data, its attachments in their order. */
export interface Message {
  xml: string;
  namespace: string;
  process: string;
  /** `<ProzessID>_FVDaten.SGOAblegen.0605` */
  name: string;
  pdf: Primary & { bytes: Buffer };
  data: Primary & { bytes: Buffer };
  attachments: Primary[];
}

const kind = 'FVDaten.SGOAblegen.0605';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The ProzessID: the key itself; the nth time that a delivery is filed, after the DMS refused it, another one. */
export const processOf = (key: string, n: number): string =>
  n > 1 ? uuidOf(`${key}/${n}`) : uuid.test(key) ? key : uuidOf(key);

/** Codes of the list `urn:xoev-de:xdomea:codeliste:dateiformat` 1.0, by extension; where it has several for one, that of the format of today. */
const formats: Record<string, string> = {
  ...{ bmp: '001', csv: '002', doc: '003', eml: '006', htm: '007', html: '008', jpe: '009', jpeg: '010', jpg: '011' },
  ...{ msg: '012', odp: '013', ods: '014', odt: '015', pdf: '018', png: '019', ppt: '020', rtf: '022', tif: '023' },
  ...{ tiff: '024', xls: '028', xml: '030', docx: '035', xlsx: '036', pptx: '037', txt: '045' },
};
/** Sonstiges: then the name is said. */
const other = '100';

/**
 * Files a new Vorgang (xdomea 3.0, FVDaten.SGOAblegen.0605): one document with the submission to read and its data as two formats of one version, one document for
 * each attachment. The same delivery and ProzessID make the same message.
 * @throws Unwritable
 */
export async function compose(
  delivery: Delivery,
  given: XdomeaParameters,
  process: string,
  day: Date,
): Promise<Message> {
  const standard = standardOn('xdomea', day);
  if (!standard) throw new Unwritable('Von xdomea gilt heute keine Version, die Stellwerk spricht.');
  const pdf = {
    ...primary(uuidOf(`${process}/pdf`), 'Antrag.pdf', 'application/pdf'),
    bytes: await writePdf({
      title: delivery.title,
      facts: [{ label: 'Antrag', value: delivery.submissionId }],
      sections: delivery.readable(),
      at: delivery.receivedAt,
    }),
  };
  const encoded = encode(delivery.message, delivery.format);
  const data = {
    ...primary(uuidOf(`${process}/data`), `Daten.${encoded.extension}`, encoded.mimetype),
    bytes: encoded.bytes,
  };
  const attachments = delivery.attachments.map((file, n) =>
    primary(uuidOf(`${process}/attachment/${n + 1}`), file.filename, file.mimetype),
  );
  const content = envelope(standard, given, delivery, process, { pdf, data, attachments });
  return {
    xml: writeXml({ [`xdomea:${kind}`]: { '@xmlns:xdomea': standard.namespace, ...content } }),
    namespace: standard.namespace,
    process,
    name: `${process}_${kind}`,
    ...{ pdf, data, attachments },
  };
}

function envelope(
  standard: StandardVersion,
  given: XdomeaParameters,
  delivery: Delivery,
  process: string,
  files: { pdf: Primary; data: Primary; attachments: Primary[] },
): Record<string, Json> {
  const { title, receivedAt, submissionId } = delivery;
  const received = day(receivedAt);
  const sent = (primaries: Primary[], n: number, subject: string): Json => ({
    Identifikation: { ID: uuidOf(`${process}/document/${n}`), NummerImUebergeordnetenContainer: n },
    AllgemeineMetadaten: { Betreff: subject, Medium: code('001', { uri: list('medium'), version: '1.0' }) },
    Posteingangsdatum: received,
    Version: { Nummer: '1', Format: primaries.map((file) => format(file, receivedAt)) },
  });
  const content: Json = {
    Kopf: {
      ProzessID: process,
      Nachrichtentyp: code('0605', { uri: list('nachrichtentyp'), version: '2.0' }),
      Erstellungszeitpunkt: receivedAt,
      Absender: contact(given.sender, given.senderAuthority),
      Empfaenger: contact(given.recipient, given.recipientAuthority),
      SendendesSystem: { Produktname: 'Stellwerk', Version: '0.1' },
      ...(given.system && { EmpfangendesSystem: { Produktname: given.system } }),
      Empfangsbestaetigung: given.returns !== undefined,
      Importbestaetigung: '1',
      Erstellerkennung: 'Stellwerk',
      Stapel: false,
    },
    SchriftgutobjektZumAblegen: {
      FachverfahrenObjektID: submissionId,
      ...(given.container && { IDContainer: given.container }),
      Schriftgutobjekt: {
        Vorgang: {
          Identifikation: { ID: uuidOf(`${process}/vorgang`) },
          AllgemeineMetadaten: {
            Betreff: title,
            ...(given.reference && { Kennzeichen: filled(given.reference, delivery) }),
            ...(given.filePlan && { Aktenplaneinheit: { Kennzeichen: given.filePlan } }),
          },
          Laufzeit: { Beginn: received },
          Dokument: [
            sent([files.pdf, files.data], 1, 'Antrag'),
            ...files.attachments.map((file, n) => sent([file], n + 2, `Anlage ${n + 1}`)),
          ],
        },
      },
    },
  };
  return prefixed(content, standard.prefix) as Record<string, Json>;
}

function contact(name: string, key: string | undefined): Json {
  const authority: Authority | undefined = key === undefined ? undefined : parseAuthority(key);
  return {
    ...(authority && {
      Behoerdenkennung: { Behoerdenschluessel: code(authority.key), Praefix: code(authority.prefix, prefixList) },
    }),
    Institution: { Name: name },
  };
}

function format({ name, original }: Primary, at: string): Json {
  const extension = name.split('.').at(-1)!;
  const known = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  return {
    Name: code(known ?? other, { uri: list('dateiformat'), version: '1.0' }),
    ...(!known && { SonstigerName: extension }),
    Version: 'unbekannt',
    Primaerdokument: { Dateiname: name, DateinameOriginal: original, DatumUhrzeit: at },
  };
}

const list = (name: string) => `urn:xoev-de:xdomea:codeliste:${name}`;

const primary = (id: string, original: string, mimetype: string): Primary => ({
  name: `${id}.${extensionOf(original, mimetype)}`,
  ...{ original, mimetype },
});

/** Elements are qualified, the children of codes are not. */
function prefixed(value: Json, prefix: string): Json {
  if (Array.isArray(value)) return value.map((item) => prefixed(item, prefix));
  if (value === null || typeof value !== 'object') return value;
  if ('code' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.startsWith('@') ? name : `${prefix}:${name}`,
      prefixed(item, prefix),
    ]),
  );
}

/** Of the day in Berlin. */
const berlin = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Europe/Berlin' });
const day = (at: string) => berlin.format(new Date(at));

function filled(pattern: string, { receivedAt, ars, submissionId }: Delivery): string {
  return pattern
    .replaceAll('{jahr}', day(receivedAt).slice(0, 4))
    .replaceAll('{ags}', `${ars.slice(0, 5)}${ars.slice(9)}`)
    .replaceAll('{antrag}', submissionId.slice(0, 8));
}
