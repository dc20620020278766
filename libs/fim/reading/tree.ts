import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isXmlText } from '../values/latin.js';
import { Unreadable } from './findings.js';

/** An XML element with its namespace resolved: prefixes mean nothing, URIs do. */
export interface Node {
  name: string;
  /** Namespace URI, `''` for none. */
  namespace: string;
  attributes: Record<string, string>;
  children: Node[];
  /** All text directly inside, line ends as `\n`, not trimmed. */
  text: string;
}

export interface TreeLimits {
  /** Bytes. */
  size: number;
  /** Elements. */
  count: number;
}
const deepest = 80;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * Reads XML that may be hostile. There is no DTD, hence no entity of the file's own making.
 * @throws Unreadable
 */
export function parseTree(xml: string | Uint8Array, limits: TreeLimits): Node {
  const text = decode(xml, limits.size);
  if (!isXmlText(text)) refuseCharacter();
  if (/<!DOCTYPE|<!ENTITY/i.test(text))
    throw new Unreadable('xml', 'Die Datei enthält eine DTD (DOCTYPE). Das ist aus Sicherheitsgründen nicht erlaubt.');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true)
    throw new Unreadable(
      'xml',
      `Die Datei ist kein wohlgeformtes XML (Zeile ${verdict.err.line}, Spalte ${verdict.err.col}).`,
    );
  const roots = parse(text).filter((entry) => tagOf(entry) !== undefined);
  if (roots.length !== 1) throw new Unreadable('xml', 'Die Datei muss genau ein Wurzelelement haben.');
  return new Builder(limits.count).element(roots[0]!, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]), 0);
}

function decode(xml: string | Uint8Array, size: number): string {
  if ((typeof xml === 'string' ? xml.length : xml.byteLength) > size)
    throw new Unreadable('size', `Die Datei ist größer als ${Math.round(size / 1_000_000)} MB.`);
  if (typeof xml === 'string') return xml;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch {
    throw new Unreadable('xml', 'Die Datei ist nicht in UTF-8 geschrieben.');
  }
}

type Parsed = Record<string, unknown>;

function parse(text: string): Parsed[] {
  try {
    return parser.parse(text) as Parsed[];
  } catch {
    throw new Unreadable('xml', 'Die Datei ist kein lesbares XML (zu tief geschachtelt oder unzulässige Namen).');
  }
}

function tagOf(entry: Parsed): string | undefined {
  for (const name in entry) if (name !== ':@' && name !== '#text' && name !== '#cdata') return name;
  return undefined;
}

class Builder {
  private count = 0;
  constructor(private readonly most: number) {}

  element(entry: Parsed, outer: Map<string, string>, depth: number): Node {
    if (depth > deepest) throw new Unreadable('depth', `Die Datei ist tiefer als ${deepest} Ebenen geschachtelt.`);
    if (++this.count > this.most) throw new Unreadable('count', `Die Datei hat mehr als ${this.most} XML-Elemente.`);
    const tag = tagOf(entry)!;
    const attributes = this.attributes(entry[':@'] as Record<string, string> | undefined);
    const scope = scopeOf(attributes, outer);
    const [prefix, name] = tag.includes(':') ? (tag.split(':', 2) as [string, string]) : ['', tag];
    const namespace = scope.get(prefix) ?? (prefix === '' ? '' : undefined);
    if (namespace === undefined) throw new Unreadable('xml', `Das Präfix „${prefix}“ gehört zu keinem Namensraum.`);
    const node: Node = { name, namespace, attributes, children: [], text: '' };
    for (const child of entry[tag] as Parsed[]) this.content(node, child, scope, depth);
    return node;
  }

  private content(node: Node, child: Parsed, scope: Map<string, string>, depth: number): void {
    if ('#text' in child) node.text += decodeText(String(child['#text']));
    else if ('#cdata' in child)
      node.text += newlines((child['#cdata'] as Parsed[]).map((part) => String(part['#text'])).join(''));
    else if (tagOf(child) !== undefined) node.children.push(this.element(child, scope, depth + 1));
  }

  private attributes(found: Record<string, string> | undefined): Record<string, string> {
    const result: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(found ?? {})) result[name] = decodeText(String(value));
    return result;
  }
}

function scopeOf(attributes: Record<string, string>, outer: Map<string, string>): Map<string, string> {
  let scope = outer;
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    if (scope === outer) scope = new Map(outer);
    scope.set(name.slice(6), value);
  }
  return scope;
}

const named = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeText(text: string): string {
  if (!text.includes('&')) return newlines(text);
  const plain = text.replace(/&(?:#x([0-9a-f]{1,6});|#(\d{1,7});|(\w+);)?/gi, (all, hex, decimal, name) => {
    if (all === '&') throw new Unreadable('xml', 'Die Datei enthält ein einzelnes „&“.');
    if (name !== undefined) return named.get(name) ?? refuseEntity(name);
    return character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
  return newlines(plain);
}

function character(code: number): string {
  const char = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
  return isXmlText(char) ? char : refuseCharacter();
}

/** XML 1.0 §2.2: which characters a document may hold. */
function refuseCharacter(): never {
  throw new Unreadable('xml', 'Die Datei enthält ein in XML verbotenes Zeichen.');
}

function refuseEntity(name: string): never {
  throw new Unreadable('xml', `Die Datei benutzt die unbekannte Entität „${name.slice(0, 20)}“.`);
}

const newlines = (text: string) => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
