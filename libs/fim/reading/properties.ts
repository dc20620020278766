import { type Element, keyOf, type Reference, type Relation } from '../model.js';
import { texts } from '../texts/findings.js';
import { Unreadable } from '../unreadable.js';
import { isDay } from '../values/lexical.js';
import { readRule } from './rule.js';
import type { SourceNode } from './source-node.js';

/**
 * Reads what schemas, groups and fields have in common. `above`: ids of the groups around.
 * @throws Unreadable where the id or version could not serve as one
 */
export function readElement(source: SourceNode, kind: 'schema' | 'group' | 'field', above: string[]): Element {
  const identity = readIdentity(source.at({ position: above.join('.') || undefined }));
  const position = kind === 'schema' ? undefined : [...above, identity.id].join('.');
  const node = source.at({ element: identity.key, position });
  const name = node.text('name');
  if (name === undefined) node.error('1002', texts.element.noName);
  const label = node.text('bezeichnungEingabe') ?? node.text('bezeichnung');
  if (label === undefined) node.warn(kind === 'schema' ? '1050' : '1009', texts.element.noLabel);
  return {
    ...identity,
    name: name ?? '',
    label: label ?? name ?? '',
    outputLabel: node.text('bezeichnungAusgabe'),
    help: node.text(kind === 'schema' ? 'hilfetext' : 'hilfetextEingabe'),
    outputHelp: node.text('hilfetextAusgabe'),
    description: node.text('beschreibung'),
    definition: node.text('definition'),
    references: readReferences(node),
    status: readStatus(node, identity.version),
    origin: kind === 'schema' ? undefined : readOrigin(node),
    validFrom: readDay(node, 'gueltigAb'),
    validTo: readDay(node, 'gueltigBis'),
    relations: node.all('relation').flatMap(readRelation),
    rules: node.all('regel').map(readRule),
  };
}

function readIdentity(node: SourceNode): Pick<Element, 'id' | 'version' | 'key'> {
  const identification = node.one('identifikation');
  const id = identification?.text('id');
  const version = identification?.text('version');
  if (id === undefined) throw new Unreadable('1038', texts.element.noId(node.location.position ?? ''));
  if (!/^[A-Z][A-Za-z0-9]{0,39}$/.test(id)) throw new Unreadable('1039', texts.element.impossibleId);
  if (version !== undefined && !/^\d{1,6}(\.\d{1,6}){0,3}$/.test(version))
    throw new Unreadable('version', texts.element.impossibleVersion(id));
  const digits = node.standard === '2.0' ? 8 : 11;
  if (!new RegExp(`^[SGF]\\d{${digits}}$`).test(id))
    node.at({ element: id }).warn('1039', texts.element.unusualId(id, digits));
  return { id, version, key: keyOf(id, version) };
}

export const readReferences = (node: SourceNode): Reference[] =>
  node
    .all('bezug')
    .map((bezug) => ({ text: bezug.content, link: bezug.attributes['link'] || undefined }))
    .filter((reference) => reference.text !== '');

function readRelation(relation: SourceNode): Relation[] {
  const predicate = relation.code('praedikat') ?? '';
  const object = relation.one('objekt');
  const id = object?.text('id');
  if (!['ABL', 'ERS', 'EQU', 'VKN'].includes(predicate)) relation.warn('1029', texts.element.relationPredicate);
  if (object === undefined || id === undefined) {
    relation.warn('1091', texts.element.relationObject);
    return [];
  }
  return [{ predicate, id, version: object.text('version') }];
}

/** 2.0 knows only inVorbereitung, aktiv, inaktiv; the standard's own upcast maps them onto Freigabestatus. */
function readStatus(node: SourceNode, version: string | undefined): number {
  const written = node.code(node.standard === '2.0' ? 'status' : 'freigabestatus');
  if (node.standard === '3.0.0' && /^[1-8]$/.test(written ?? '')) return Number(written);
  if (node.standard === '2.0' && written === 'inaktiv') return 7;
  if (node.standard === '2.0' && (written === 'aktiv' || written === 'inVorbereitung'))
    return version !== undefined && node.text('freigabedatum') !== undefined ? 6 : 2;
  node.error('1032', texts.element.status);
  return 1;
}

function readOrigin(node: SourceNode): string | undefined {
  const origin = node.code('schemaelementart');
  if (origin === undefined || !['ABS', 'HAR', 'RNG'].includes(origin)) node.error('1031', texts.element.origin);
  return origin;
}

/** A date, or the date of a dateTime. */
function readDay(node: SourceNode, name: string): string | undefined {
  const written = node.text(name)?.slice(0, 10);
  if (written === undefined || isDay(written)) return written;
  node.error('date', texts.file.notADate(name));
  return undefined;
}
