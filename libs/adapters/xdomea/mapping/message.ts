import type { Json } from '#submission/vocabulary.js';
import { code, qualified } from '#xoev/code.js';
import { parseAuthority, prefixList } from '#xoev/dvdv.js';
import { extensionOf } from '#xoev/file-names.js';
import { standardOn } from '#xoev/standards.js';
import { uuidOf } from '#xoev/uuid.js';
import { Unwritable, writeXml } from '#xoev/write.js';
import type { Delivery } from '../../contract.js';
import { writePdf } from '../../tools/document.js';
import { encode } from '../../tools/formats.js';
import type { XdomeaParameters } from '../parameters.js';
import { texts } from '../texts.js';
import { formatCodes, otherFormat } from './formats.js';

/** A file in the ZIP beside the message. */
export interface Primary {
  /** `<UUID>.<extension>`, as xdomea wants it: no name that a person chose. */
  name: string;
  /** As it was called; personal. */
  original: string;
  mimetype: string;
}

/** The files that a message names: the submission to read, its data, its attachments in their order. */
interface Primaries {
  pdf: Primary & { bytes: Buffer };
  data: Primary & { bytes: Buffer };
  attachments: Primary[];
}

export interface Message extends Primaries {
  xml: string;
  namespace: string;
  process: string;
  /** `<ProzessID>_FVDaten.SGOAblegen.0605` */
  name: string;
}

const kind = 'FVDaten.SGOAblegen.0605';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The ProzessID is the key itself. When a delivery is filed for the nth time, after a refusal, it is another one. */
export const processOf = (key: string, n: number): string =>
  n > 1 ? uuidOf(`${key}/${n}`) : uuid.test(key) ? key : uuidOf(key);

/**
 * Files a new Vorgang (xdomea 3.0, FVDaten.SGOAblegen.0605): one document with the submission to read and its data as
 * two formats of one version, one document for each attachment. The same delivery and ProzessID make the same message.
 * @throws Unwritable
 */
export async function compose(
  delivery: Delivery,
  given: XdomeaParameters,
  process: string,
  day: Date,
): Promise<Message> {
  const standard = standardOn('xdomea', day);
  if (!standard) throw new Unwritable(texts.noVersion);
  const primaries = await primariesOf(delivery, process);
  const content = {
    Kopf: head(delivery, given, process),
    SchriftgutobjektZumAblegen: {
      FachverfahrenObjektID: delivery.submissionId,
      ...(given.container && { IDContainer: given.container }),
      Schriftgutobjekt: { Vorgang: vorgang(delivery, given, process, primaries) },
    },
  };
  const root = { '@xmlns:xdomea': standard.namespace, ...qualified(content, standard.prefix) };
  return {
    xml: writeXml({ [`xdomea:${kind}`]: root }),
    namespace: standard.namespace,
    process,
    name: `${process}_${kind}`,
    ...primaries,
  };
}

async function primariesOf(delivery: Delivery, process: string): Promise<Primaries> {
  const pdf = await writePdf({
    title: delivery.title,
    facts: [{ label: texts.filed.submission, value: delivery.submissionId }],
    sections: delivery.readable(),
    at: delivery.receivedAt,
  });
  const { bytes, extension, mimetype } = encode(delivery.message, delivery.format);
  return {
    pdf: { ...primary(uuidOf(`${process}/pdf`), texts.filed.pdf, 'application/pdf'), bytes: pdf },
    data: { ...primary(uuidOf(`${process}/data`), texts.filed.data(extension), mimetype), bytes },
    attachments: delivery.attachments.map((file, n) =>
      primary(uuidOf(`${process}/attachment/${n + 1}`), file.filename, file.mimetype),
    ),
  };
}

const primary = (id: string, original: string, mimetype: string): Primary => ({
  name: `${id}.${extensionOf(original, mimetype)}`,
  original,
  mimetype,
});

function head({ receivedAt }: Delivery, given: XdomeaParameters, process: string): Json {
  return {
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
  };
}

function contact(name: string, key: string | undefined): Json {
  const authority = key === undefined ? undefined : parseAuthority(key);
  return {
    ...(authority && {
      Behoerdenkennung: { Behoerdenschluessel: code(authority.key), Praefix: code(authority.prefix, prefixList) },
    }),
    Institution: { Name: name },
  };
}

function vorgang(delivery: Delivery, given: XdomeaParameters, process: string, files: Primaries): Json {
  const { title, submissionId, receivedAt } = delivery;
  const labels = labelsOf(delivery);
  const received = dayOf(receivedAt);
  const document = (primaries: Primary[], n: number, subject: string): Json => ({
    Identifikation: { ID: uuidOf(`${process}/document/${n}`), NummerImUebergeordnetenContainer: n },
    AllgemeineMetadaten: { Betreff: subject, Medium: code('001', { uri: list('medium'), version: '1.0' }) },
    Posteingangsdatum: received,
    Version: { Nummer: '1', Format: primaries.map((file) => format(file, receivedAt)) },
  });
  return {
    Identifikation: { ID: uuidOf(`${process}/vorgang`) },
    AllgemeineMetadaten: {
      Betreff: texts.filed.subject(title, submissionId.slice(-8), germanDay(received)),
      ...(given.reference && { Kennzeichen: filledIn(given.reference, delivery) }),
      ...(given.filePlan && { Aktenplaneinheit: { Kennzeichen: given.filePlan } }),
    },
    Laufzeit: { Beginn: received },
    Dokument: [
      document([files.pdf, files.data], 1, texts.filed.document),
      ...files.attachments.map((file, n) => document([file], n + 2, labels[n]!)),
    ],
  };
}

/** As the form calls the field of each attachment; numbered where several have the same name. */
function labelsOf({ attachments }: Delivery): string[] {
  const words = attachments.map(({ label }) => label ?? texts.filed.attachment);
  return words.map((label, n) => {
    const isOnly = words.indexOf(label) === words.lastIndexOf(label);
    return isOnly ? label : texts.filed.numbered(label, words.slice(0, n + 1).filter((one) => one === label).length);
  });
}

function format({ name, original }: Primary, at: string): Json {
  const extension = name.split('.').at(-1)!;
  const known = formatCodes.get(extension);
  return {
    Name: code(known ?? otherFormat, { uri: list('dateiformat'), version: '1.0' }),
    ...(!known && { SonstigerName: extension }),
    Version: texts.filed.unknownFormatVersion,
    Primaerdokument: { Dateiname: name, DateinameOriginal: original, DatumUhrzeit: at },
  };
}

const list = (name: string) => `urn:xoev-de:xdomea:codeliste:${name}`;

const berlin = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Europe/Berlin' });
/** The day in Berlin, ISO 8601. */
const dayOf = (at: string) => berlin.format(new Date(at));
const germanDay = (day: string) => day.split('-').reverse().join('.');

/** Fills in the placeholders that `xdomea.reference` describes. */
function filledIn(pattern: string, { receivedAt, ars, submissionId }: Delivery): string {
  return pattern
    .replaceAll('{jahr}', dayOf(receivedAt).slice(0, 4))
    .replaceAll('{ags}', `${ars.slice(0, 5)}${ars.slice(9)}`)
    .replaceAll('{antrag}', submissionId.slice(-8));
}
