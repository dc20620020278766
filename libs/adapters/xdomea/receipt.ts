import { unzipSync } from 'fflate';
import { all, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { Reason } from '../contract.js';
import type { Place } from '../tools/place/use.js';

/** Bytes that a confirmation may have, packed and unpacked. */
const largest = 1024 * 1024;
const kind = 'FVDaten.ImportBestaetigen.0630';

/** What the DMS says of a filing. `unclear`: something failed on the way, or in part; what was filed may be there. */
export type Confirmation =
  /** `id`: what the DMS calls it. */
  { kind: 'done'; id?: string } | { kind: 'refused' | 'unclear'; reasons: Reason[] };

/**
 * Looks for the confirmation of this process (xdomea 3.0, FVDaten.ImportBestaetigen.0630), as XML or packed; a DMS may write GUIDs in capitals.
 * @throws Unreadable where what lies there is none
 */
export async function confirmationIn(place: Place, process: string): Promise<Confirmation | undefined> {
  let trouble: unknown;
  for (const id of [process, process.toUpperCase()])
    for (const extension of ['xml', 'zip']) {
      const bytes = await place.read(`${id}_${kind}.${extension}`, largest);
      if (!bytes) continue;
      try {
        return read(extension === 'zip' ? unpacked(bytes, `${id}_${kind}.xml`) : bytes, process);
      } catch (error) {
        trouble = error;
      }
    }
  if (trouble) throw trouble;
  return undefined;
}

function read(bytes: Uint8Array, process: string): Confirmation {
  const message = readXml(bytes, { size: largest });
  const about = textAt(message, 'Kopf/ProzessID')?.toLowerCase();
  if (
    message.name !== kind ||
    !message.namespace.startsWith('urn:xoev-de:xdomea:schema:') ||
    about !== process.toLowerCase()
  )
    throw new Unreadable('another message');
  return confirmationOf(message);
}

/** To the DMS and, from 500 on, back. */
const processed = ['0000009', '0000509'];
/** Done, or already processed: what is there is there. */
const done = ['0000000', ...processed];
/** One of the two was away, the connection broke, the transmission failed, an error that nobody knows. */
const unclear = ['0000001', '0000002', '0000015', '0000499', '0000501', '0000502', '0000513', '0000999'];

/** Every feedback of the message and of its objects says that it is done and no object failed, or what does not says why. */
function confirmationOf(message: Element): Confirmation {
  const verdict = child(message, 'ErfolgOderMisserfolg');
  const objects = all(verdict, 'Rueckgabeparameter');
  const feedback = [verdict, ...objects].flatMap((one) => all(one, 'Rueckmeldung')).flatMap(({ children }) => children);
  const codes = feedback.map((one) => textAt(one, 'code') ?? '');
  const wrong = codes.filter((code) => !done.includes(code));
  const ended = (...values: string[]) => objects.some((one) => values.includes(textAt(one, 'Erfolgreich') ?? ''));
  const failed = ended('false', '0');
  if (failed && wrong.length === 0) wrong.push('');
  if (feedback.length === 0 && !failed) throw new Unreadable('no feedback');
  const id = objects
    .map((one) => textAt(one, 'IDSGO') ?? '')
    .find((text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text));
  if (wrong.length === 0) return { kind: 'done', ...(id && { id }) };
  const reasons = [...new Set(wrong)].slice(0, 10).map(reasonOf);
  const isThere = ended('true', '1') || codes.some((code) => processed.includes(code));
  if (!isThere && wrong.some((code) => !unclear.includes(code))) return { kind: 'refused', reasons };
  return { kind: 'unclear', reasons: [...reasons, { public: 'Was davon angelegt ist, zeigt nur das DMS.' }] };
}

function reasonOf(code: string): Reason {
  const known = /^\d{7}$/.test(code) ? ` ${code}` : '';
  const why = sayings[code] ?? 'Das DMS hat die Ablage nicht ausgeführt; den Grund nennt nur seine Bestätigung';
  return { public: `${why}.`, detail: `${kind}${known}` };
}

/** Of the lists `urn:xoev-de:xdomea:codeliste:allgemeinerueckmeldung` 1.1 and `0605.spezifischefehlermeldung` 1.0. */
const sayings: Record<string, string> = {
  '0000001': 'Das DMS war nicht zu erreichen',
  '0000002': 'Die Verbindung zum DMS brach ab',
  '0000003': 'Das DMS kennt die Kennung nicht',
  '0000004': 'Das DMS erlaubt die Ablage nicht',
  '0000005': 'Das DMS kennt das Fachverfahren nicht',
  '0000006': 'Das DMS kennt die Verwaltung nicht',
  '0000008': 'Dem DMS entspricht die Nachricht nicht dem Schema',
  '0000015': 'Die Übertragung an das DMS ist gescheitert',
  '0000018': 'Das DMS findet eine Datei nicht',
  '0000499': 'Im DMS ist ein unbekannter Fehler aufgetreten',
  '0000501': 'Das DMS hat das Fachverfahren nicht erreicht',
  '0000502': 'Die Verbindung vom DMS brach ab',
  '0000513': 'Die Übertragung vom DMS ist gescheitert',
  '0000999': 'Im DMS ist ein unbekannter Fehler aufgetreten',
  '0605001': 'Das DMS kennt die Akte nicht, die der Parameter container nennt',
  '0605002': 'Das DMS nennt das Verzeichnis ungültig',
  '0605003': 'Das DMS nennt die Adresse ungültig',
  '0605004': 'Das DMS findet eine Datei nicht',
  '0605005': 'Das DMS kann eine Datei nicht ablegen',
  '0605006': 'Im Namen einer Angabe stehen Zeichen, die das DMS nicht annimmt',
  '0605007': 'In einer Angabe stehen Zeichen, die das DMS nicht annimmt',
  '0605008': 'In der Beschreibung einer Angabe stehen Zeichen, die das DMS nicht annimmt',
};

/** One file of a ZIP, no larger than it may be; nothing else is unpacked. */
function unpacked(zip: Uint8Array, wanted: string): Uint8Array {
  try {
    const files = unzipSync(zip, { filter: ({ name, originalSize }) => name === wanted && originalSize <= largest });
    if (files[wanted]) return files[wanted];
  } catch {
    // no ZIP
  }
  throw new Unreadable('no ZIP with this message');
}
