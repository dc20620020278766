import type { Json } from '#submission/vocabulary.js';
import { code, qualified } from './code.js';
import { type Authority, parseAuthority } from './dvdv.js';
import type { JsonObject } from './json.js';
import { at, child, type Element, textAt } from './read.js';
import type { StandardVersion } from './standards.js';
import { texts } from './texts.js';
import { Unwritable } from './write.js';

/** An authority as a message names it. */
export interface Party {
  /** DVDV key, `bab:081150000000`. */
  authority: string;
  name: string;
  /** Only heads with a Behördenkennung have one. */
  address?: { street: string; number: string; postcode: string; town: string };
  /** Code of the list `urn:de:xoev:codeliste:erreichbarkeit` (`01` e-mail, `02` telephone) → address or number. */
  reachability?: Record<string, string>;
}

/** What every XÖV message says about itself. */
export interface Head {
  uuid: string;
  at: Date;
  reader: Party;
  author: Party;
}

/** The head of a message that was read; the members that it does not have are absent. */
export interface ReadHead {
  generation: 'basisnachricht' | 'behoerdenkennung';
  uuid?: string | undefined;
  /** `1120` */
  code?: string | undefined;
  /** As written. */
  at?: string | undefined;
  /** DVDV keys. */
  reader?: string | undefined;
  author?: string | undefined;
}

/**
 * Makes the head, which is the first child of a message. Basisnachricht 1.0 and 1.1 (`nachrichtenkopf.g2g`): its
 * elements have no namespace, though the root has one. The older Behördenkennung: prefix and key are codes, and
 * everything is in the standard's namespace.
 * @throws Unwritable where an authority has no DVDV key
 */
export function writeHead(standard: StandardVersion, messageCode: string, head: Head): JsonObject {
  const identification = {
    nachrichtenUUID: head.uuid,
    nachrichtentyp: code(messageCode, standard.messageList),
    erstellungszeitpunkt: head.at.toISOString(),
  };
  if (standard.head === 'basisnachricht')
    return {
      'nachrichtenkopf.g2g': {
        'identifikation.nachricht': identification,
        leser: partyWithKey(standard, head.reader),
        autor: partyWithKey(standard, head.author),
      },
    };
  const older = {
    nachrichtenkopf: {
      'identifikation.nachricht': { ...identification, nachrichtentyp: code(messageCode) },
      leser: partyWithPrefix(standard, head.reader),
      autor: partyWithPrefix(standard, head.author),
    },
  };
  return qualified(older, standard.prefix);
}

/** Basisnachricht: the DVDV key is one text. */
function partyWithKey({ directory }: StandardVersion, { authority, name, reachability = {} }: Party): Json {
  demandAuthority(authority);
  return {
    verzeichnisdienst: code('DVDV', directory === undefined ? {} : { version: directory }),
    kennung: authority,
    name,
    erreichbarkeit: Object.entries(reachability).map(([channel, kennung]) => ({
      kanal: code(channel, { version: '3' }),
      kennung,
    })),
  };
}

/** Behördenkennung: prefix and key are codes. */
function partyWithPrefix(standard: StandardVersion, { authority, name, reachability = {}, address }: Party): Json {
  const { prefix, key } = demandAuthority(authority);
  const { prefixList, keyLists = {} } = standard;
  return {
    behoerdenkennung: {
      praefix: code(prefix, prefixList === undefined ? {} : { version: prefixList }),
      kennung: code(key, keyLists[prefix]),
    },
    erreichbarkeit: Object.entries(reachability).map(([channel, kennung]) => ({ kanal: code(channel), kennung })),
    ...(address && {
      anschrift: { strasse: address.street, hausNr: address.number, ort: address.town, plz: address.postcode },
    }),
    behoerdenname: name,
  };
}

function demandAuthority(authority: string): Authority {
  const parsed = parseAuthority(authority);
  if (!parsed) throw new Unwritable(texts.compose.noAuthority);
  return parsed;
}

/** Reads the head of a message, of either generation; undefined if it has none. */
export function readHead(root: Element): ReadHead | undefined {
  const g2g = child(root, 'nachrichtenkopf.g2g');
  const head = g2g ?? child(root, 'nachrichtenkopf');
  if (!head) return undefined;
  const about = at(head, 'identifikation.nachricht');
  return {
    generation: g2g ? 'basisnachricht' : 'behoerdenkennung',
    uuid: textAt(about, 'nachrichtenUUID'),
    code: textAt(about, 'nachrichtentyp/code') ?? codeOf(root.name),
    at: textAt(about, 'erstellungszeitpunkt'),
    reader: keyOf(child(head, 'leser')),
    author: keyOf(child(head, 'autor')),
  };
}

/** `universellerAntrag.antrag.1200` is the message 1200; undefined where the name has no number. */
export const codeOf = (name: string): string | undefined => /\.(\d{4,6})$/.exec(name)?.[1];

/** A DVDV key may be one text, or prefix and key, in either generation of heads. */
function keyOf(party: Element | undefined): string | undefined {
  const identified = child(party, 'behoerdenkennung');
  if (!identified) return textAt(party, 'kennung');
  const [prefix, key] = ['praefix', 'kennung'].map(
    (name) => textAt(identified, `${name}/code`) ?? textAt(identified, name),
  );
  return prefix && key && `${prefix}:${key}`;
}
