import { type Element, keyOf, type Reference } from '../model.js';
import { isDay } from '../values/lexical.js';
import { type Place, Unreadable } from './findings.js';
import { readRule } from './rule.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

const common = [
  'identifikation', 'name', 'bezeichnungEingabe', 'bezeichnungAusgabe', 'beschreibung', 'definition', 'bezug', 'status',
  'freigabestatus', 'statusGesetztAm', 'statusGesetztDurch', 'gueltigAb', 'gueltigBis', 'fachlicherErsteller',
  'versionshinweis', 'freigabedatum', 'veroeffentlichungsdatum', 'letzteAenderung', 'relation', 'stichwort', 'regel',
]; // biome-ignore format: a table
const known = {
  schema: new Set([...common, 'bezeichnung', 'hilfetext', 'ableitungsmodifikationenStruktur', 'ableitungsmodifikationenRepraesentation', 'dokumentsteckbrief', 'struktur']), // biome-ignore format: a table
  group: new Set([...common, 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'art', 'struktur']),
  field: new Set([
    ...common, 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'feldart', 'datentyp', 'praezisierung', 'inhalt',
    'vorbefuellung', 'werte', 'codelisteReferenz', 'codeKey', 'nameKey', 'helpKey', 'maxSize', 'mediaType',
  ]), // biome-ignore format: a table
};

/** Reads what schemas, groups and fields have in common. `above`: ids of the groups around. */
export function readElement(node: Node, kind: keyof typeof known, above: string[], source: Source): Element {
  const identity = readIdentity(node, above, source);
  const position = kind === 'schema' ? undefined : [...above, identity.id].join('.');
  const place: Place = { element: identity.key, position };
  source.known(node, known[kind], place);
  const name = source.text(node, 'name', place);
  if (name === undefined) source.findings.error('1002', 'Der Name fehlt.', place);
  const label = source.text(node, 'bezeichnungEingabe', place) ?? source.text(node, 'bezeichnung', place);
  const noLabel = 'Die Bezeichnung fehlt; stattdessen gilt der Name.';
  if (label === undefined) source.findings.warn(kind === 'schema' ? '1050' : '1009', noLabel, place);
  return {
    ...identity,
    name: name ?? '',
    label: label ?? name ?? '',
    outputLabel: source.text(node, 'bezeichnungAusgabe', place),
    help: source.text(node, kind === 'schema' ? 'hilfetext' : 'hilfetextEingabe', place),
    outputHelp: source.text(node, 'hilfetextAusgabe', place),
    description: source.text(node, 'beschreibung', place),
    definition: source.text(node, 'definition', place),
    references: readReferences(node, source),
    status: readStatus(node, identity.version, source, place),
    origin: kind === 'schema' ? undefined : readOrigin(node, source, place),
    validFrom: readDay(node, 'gueltigAb', source, place),
    validTo: readDay(node, 'gueltigBis', source, place),
    relations: readRelations(node, source, place),
    rules: source.many(node, 'regel').map((rule) => readRule(rule, source, place)),
  };
}

function readIdentity(node: Node, above: string[], source: Source): { id: string; version?: string; key: string } {
  const place: Place = { position: above.join('.') || undefined };
  const holder = source.one(node, 'identifikation', place);
  const id = holder && source.text(holder, 'id', place);
  const version = holder && source.text(holder, 'version', place);
  if (id === undefined)
    throw new Unreadable('1038', `Einem Element${above.length > 0 ? ` in ${above.join('.')}` : ''} fehlt die ID.`);
  if (!/^[A-Z][A-Za-z0-9]{0,39}$/.test(id)) throw new Unreadable('1039', 'Eine ID hat eine unzulässige Form.');
  if (version !== undefined && !/^\d{1,6}(\.\d{1,6}){0,3}$/.test(version))
    throw new Unreadable('version', `Die Version des Elements ${id} hat eine unzulässige Form.`);
  const digits = source.standard === '2.0' ? 8 : 11;
  const rule = `Die ID ${id} entspricht nicht den Vorgaben (Buchstabe und ${digits} Ziffern).`;
  if (!new RegExp(`^[SGF]\\d{${digits}}$`).test(id)) source.findings.warn('1039', rule, { element: id });
  return { id, version, key: keyOf(id, version) };
}

export const readReferences = (node: Node, source: Source): Reference[] =>
  source
    .many(node, 'bezug')
    .map((bezug) => ({ text: bezug.text.trim(), link: bezug.attributes['link'] || undefined }))
    .filter((reference) => reference.text !== '');

function readRelations(node: Node, source: Source, place: Place): Element['relations'] {
  return source.many(node, 'relation').flatMap((relation) => {
    const predicate = source.code(relation, 'praedikat', place) ?? '';
    const object = source.one(relation, 'objekt', place);
    const id = object && source.text(object, 'id', place);
    if (!['ABL', 'ERS', 'EQU', 'VKN'].includes(predicate))
      source.findings.warn('1029', 'Eine Relation hat eine unbekannte Art.', place);
    if (id === undefined) source.findings.warn('1091', 'Eine Relation nennt kein Objekt.', place);
    return id === undefined ? [] : [{ predicate, id, version: source.text(object!, 'version', place) }];
  });
}

/** 2.0 knows only inVorbereitung, aktiv, inaktiv; the standard's own upcast maps them onto Freigabestatus. */
function readStatus(node: Node, version: string | undefined, source: Source, place: Place): number {
  const written = source.code(node, source.standard === '2.0' ? 'status' : 'freigabestatus', place);
  if (source.standard === '3.0.0' && /^[1-8]$/.test(written ?? '')) return Number(written);
  if (source.standard === '2.0' && written === 'inaktiv') return 7;
  if (source.standard === '2.0' && (written === 'aktiv' || written === 'inVorbereitung'))
    return version !== undefined && source.text(node, 'freigabedatum', place) !== undefined ? 6 : 2;
  source.findings.error('1032', 'Der Status fehlt oder ist unbekannt.', place);
  return 1;
}

function readOrigin(node: Node, source: Source, place: Place): string | undefined {
  const origin = source.code(node, 'schemaelementart', place);
  if (origin === undefined || !['ABS', 'HAR', 'RNG'].includes(origin))
    source.findings.error('1031', 'Die Strukturelementart fehlt oder ist unbekannt.', place);
  return origin;
}

function readDay(node: Node, name: string, source: Source, place: Place): string | undefined {
  const written = source.text(node, name, place)?.slice(0, 10);
  if (written === undefined || isDay(written)) return written;
  source.findings.error('date', `„${name}“ ist kein Datum.`, place);
  return undefined;
}
