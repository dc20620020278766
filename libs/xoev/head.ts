import type { Json } from '#submission/vocabulary.js';
import { code } from './code.js';
import { parseAuthority } from './dvdv.js';
import { at, child, type Element, textAt } from './read.js';
import type { StandardVersion } from './standards.js';
import { Unwritable } from './write.js';

/** An authority as a message names it. */
export interface Party {
  /** DVDV key, `bab:081150000000`. */
  authority: string;
  name: string;
  /** In heads with a Behördenkennung. */
  address?: { street: string; number: string; postcode: string; place: string };
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

/** As a message said it. */
export interface ReadHead {
  generation: 'basisnachricht' | 'behoerdenkennung';
  uuid?: string;
  /** `1120` */
  code?: string;
  /** As written. */
  at?: string;
  /** DVDV keys. */
  reader?: string;
  author?: string;
}

/**
 * The head as the first child of a message. Basisnachricht 1.0 and 1.1 (`nachrichtenkopf.g2g`): its elements have no namespace, though the root has one. The
 * older Behördenkennung: prefix and key are codes, and everything is in the standard's namespace.
 * @throws Unwritable where an authority has no DVDV key
 */
export function writeHead(standard: StandardVersion, messageCode: string, head: Head): Record<string, Json> {
  const identification = {
    nachrichtenUUID: head.uuid,
    nachrichtentyp: code(messageCode, standard.messageList),
    erstellungszeitpunkt: head.at.toISOString(),
  };
  if (standard.head === 'basisnachricht')
    return {
      'nachrichtenkopf.g2g': {
        'identifikation.nachricht': identification,
        leser: listed(standard, head.reader),
        autor: listed(standard, head.author),
      },
    };
  const { prefix } = standard;
  const qualified = {
    nachrichtenkopf: {
      'identifikation.nachricht': { ...identification, nachrichtentyp: { '#code': messageCode } },
      leser: identified(standard, head.reader),
      autor: identified(standard, head.author),
    },
  };
  return prefixed(qualified, prefix) as Record<string, Json>;
}

function listed({ directory }: StandardVersion, { authority, name, reachability = {} }: Party): Json {
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

function identified(standard: StandardVersion, { authority, name, reachability = {}, address }: Party): Json {
  const { prefix, key } = demandAuthority(authority);
  const { prefixList, keyLists = {} } = standard;
  const { uri, version } = keyLists[prefix] ?? {};
  return {
    behoerdenkennung: {
      praefix: { ...(prefixList !== undefined && { '@listVersionID': prefixList }), '#code': prefix },
      kennung: { ...(uri && { '@listURI': uri, '@listVersionID': version! }), '#code': key },
    },
    erreichbarkeit: Object.entries(reachability).map(([channel, kennung]) => ({
      kanal: { '#code': channel },
      kennung,
    })),
    ...(address && {
      anschrift: {
        ...{ strasse: address.street, hausNr: address.number, ort: address.place, plz: address.postcode },
      },
    }),
    behoerdenname: name,
  };
}

function demandAuthority(authority: string) {
  const parsed = parseAuthority(authority);
  if (!parsed) throw new Unwritable('Eine Behördenkennung ist kein Schlüssel des DVDV (Präfix:Kennung).');
  return parsed;
}

/** Every element gets the prefix; `#code` is a code element's child, which never has one. */
function prefixed(value: Json, prefix: string): Json {
  if (Array.isArray(value)) return value.map((item) => prefixed(item, prefix));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, item]): [string, Json] => {
    if (name.startsWith('@')) return [name, item];
    return name === '#code' ? ['code', item] : [`${prefix}:${name}`, prefixed(item, prefix)];
  });
  return Object.fromEntries(entries);
}

/** The head of a message of either generation; undefined where it has none. */
export function readHead(root: Element): ReadHead | undefined {
  const g2g = child(root, 'nachrichtenkopf.g2g');
  const head = g2g ?? child(root, 'nachrichtenkopf');
  if (!head) return undefined;
  const about = at(head, 'identifikation.nachricht');
  return {
    generation: g2g ? 'basisnachricht' : 'behoerdenkennung',
    ...said('uuid', textAt(about, 'nachrichtenUUID')),
    ...said('code', textAt(about, 'nachrichtentyp/code') ?? codeOf(root.name)),
    ...said('at', textAt(about, 'erstellungszeitpunkt')),
    ...said('reader', partyOf(child(head, 'leser'))),
    ...said('author', partyOf(child(head, 'autor'))),
  };
}

/** `universellerAntrag.antrag.1200` is the message 1200; undefined where the name has no number. */
export const codeOf = (name: string): string | undefined => /\.(\d{4,6})$/.exec(name)?.[1];

/** One key, or prefix and key, in whatever head. */
function partyOf(party: Element | undefined): string | undefined {
  const identified = child(party, 'behoerdenkennung');
  if (!identified) return textAt(party, 'kennung');
  const [prefix, key] = ['praefix', 'kennung'].map(
    (name) => textAt(identified, `${name}/code`) ?? textAt(identified, name),
  );
  return prefix && key && `${prefix}:${key}`;
}

const said = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: string };
