import { unzipSync } from 'fflate';
import { all, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { AdapterContext, Outcome } from '../contract.js';
import { visit } from '../place/drop.js';
import { returnPlace, type XdomeaParameters } from './parameters.js';

/** Bytes that a confirmation may have, packed and unpacked. */
const largest = 1024 * 1024;
const kind = 'FVDaten.ImportBestaetigen.0630';

/** Asks the return folder what became of the delivery (xdomea 3.0, FVDaten.ImportBestaetigen.0630). */
export async function confirmed(context: AdapterContext, process: string, given: XdomeaParameters): Promise<Outcome> {
  const wait: Outcome = { kind: 'pending', externalReference: process, askAgainAt: askAgainAt(context, given) };
  const found = await visit(context, returnPlace(given), async (place) => ({
    xml: await place.read(`${process}_${kind}.xml`, largest),
    zip: await place.read(`${process}_${kind}.zip`, largest),
  }));
  const bytes = found.xml ?? (found.zip && unpacked(found.zip, `${process}_${kind}.xml`));
  if (!bytes) return wait;
  const message = readXml(bytes, { size: largest });
  if (message.name !== kind || textAt(message, 'Kopf/ProzessID')?.toLowerCase() !== process.toLowerCase())
    throw new Unreadable('another message');
  return outcomeOf(message, process);
}

export const askAgainAt = (context: AdapterContext, { pollMinutes }: XdomeaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);

/** Done, or already processed: what is there is there. */
const done = ['0000000', '0000009'];

/** Every feedback of the message and of its objects says that it is done and no object failed, or what does not says why. */
function outcomeOf(message: Element, process: string): Outcome {
  const verdict = child(message, 'ErfolgOderMisserfolg');
  const objects = all(verdict, 'Rueckgabeparameter');
  const feedback = [verdict, ...objects].flatMap((one) => all(one, 'Rueckmeldung')).flatMap(({ children }) => children);
  const wrong = feedback.map((one) => textAt(one, 'code') ?? '?').filter((code) => !done.includes(code));
  const failed = objects.some((one) => ['false', '0'].includes(textAt(one, 'Erfolgreich') ?? ''));
  if (failed && wrong.length === 0) wrong.push('?');
  if (feedback.length === 0) throw new Unreadable('no feedback');
  if (wrong.length === 0) return { kind: 'delivered', externalReference: process };
  return {
    kind: 'rejected',
    reasons: wrong.slice(0, 10).map((code) => ({
      public: sayings[code] ?? 'Das DMS hat die Ablage nicht ausgeführt.',
      detail: `${kind} ${/^[\w.-]{1,20}$/.exec(code)?.[0] ?? '?'}`,
    })),
  };
}

/** Of the list `urn:xoev-de:xdomea:codeliste:allgemeinerueckmeldung` 1.1. */
const sayings: Record<string, string> = {
  '0000001': 'Das DMS war nicht zu erreichen.',
  '0000002': 'Die Verbindung zum DMS brach ab.',
  '0000003': 'Das DMS kennt die Kennung nicht.',
  '0000004': 'Das DMS erlaubt die Ablage nicht.',
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
