import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { code as codeElement } from '#xoev/code.js';
import { at, type Element, readXml, textAt } from '#xoev/read.js';
import { writeXml } from '#xoev/write.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import { texts } from '../texts.js';
import { fingerprint } from '../world/fingerprint.js';
import type { World } from '../world/world.js';

const delivered = /^([\da-f-]{36})_FVDaten\.SGOAblegen\.0605\.zip$/;
const confirmation = 'FVDaten.ImportBestaetigen.0630';
/** Codes of `urn:xoev-de:xdomea:codeliste:allgemeinerueckmeldung` 1.1. */
const codes = { done: '0000000', forbidden: '0000004', invalid: '0000008', again: '0000009' };

/**
 * A DMS that takes what appears in a folder: a ZIP with a message of xdomea 3.0 and all that it names. It checks the
 * message against the schema where there is one, and puts its confirmation beside it. A Vorgang that was filed is an
 * effect of `dms`.
 */
export class Dms {
  constructor(
    readonly world: World,
    readonly schemas: XmlSchemas,
  ) {}

  /** Called when a file has got its final name. */
  async arrived(folder: string, name: string, ars: string): Promise<void> {
    const process = delivered.exec(name)?.[1];
    if (!process) return;
    const bytes = await readFile(join(folder, name));
    const mode = this.world.modeFor('dms', { ars, delivery: true });
    const submissionId = this.#read(bytes, name);
    let code = !submissionId ? codes.invalid : mode === 'reject' ? codes.forbidden : codes.done;
    if (submissionId && code === codes.done) {
      const effect = { submissionId, idempotencyKey: process, at: new Date().toISOString(), ars };
      if ((await this.world.record('dms', effect, fingerprint(bytes))) !== 'recorded') code = codes.again;
    }
    if (mode !== 'commit-then-hang')
      await writeFile(join(folder, `${process}_${confirmation}.xml`), confirmed(process, code));
  }

  /** Returns the Fachverfahren's id; undefined if the message is invalid or names files that are not there. */
  #read(zip: Uint8Array, name: string): string | undefined {
    try {
      const files = unzipSync(zip);
      const xml = files[name.replace(/zip$/, 'xml')]!;
      if (this.schemas.validate(xml).kind === 'invalid') return undefined;
      const message = readXml(xml);
      if (filesNamedIn(message).some((file) => !files[file])) return undefined;
      return textAt(at(message, 'SchriftgutobjektZumAblegen'), 'FachverfahrenObjektID');
    } catch {
      return undefined;
    }
  }
}

const filesNamedIn = (element: Element): string[] =>
  element.name === 'Primaerdokument' ? [textAt(element, 'Dateiname') ?? ''] : element.children.flatMap(filesNamedIn);

/** Writes FVDaten.ImportBestaetigen.0630. The Vorgang gets the number of its process. */
export function confirmed(process: string, code: string): string {
  const party = (name: string) => ({ 'x:Institution': { 'x:Name': name } });
  return writeXml({
    [`x:${confirmation}`]: {
      '@xmlns:x': 'urn:xoev-de:xdomea:schema:3.0.0',
      'x:Kopf': {
        'x:ProzessID': process,
        'x:Nachrichtentyp': codeElement('0630', {
          uri: 'urn:xoev-de:xdomea:codeliste:nachrichtentyp',
          version: '2.0',
        }),
        'x:Erstellungszeitpunkt': new Date().toISOString(),
        'x:Absender': party(texts.dms.name),
        'x:Empfaenger': party('Stellwerk'),
        'x:FVSessionID': process,
      },
      'x:ErfolgOderMisserfolg': {
        'x:Rueckmeldung': { 'x:AllgemeineRueckmeldung': { code } },
        ...(code === codes.done && {
          'x:Rueckgabeparameter': {
            'x:IDSGO': process,
            'x:Parameter': { 'x:Ablageort': 'DMS' },
            'x:Erfolgreich': true,
          },
        }),
      },
    },
  });
}
