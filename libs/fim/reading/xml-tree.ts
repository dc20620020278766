import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { texts } from '../texts/findings.js';
import { Unreadable } from '../unreadable.js';
import { isXmlText } from '../values/latin.js';
import { decodeText, normaliseLineEnds, refuseCharacter } from './xml-text.js';

/** An XML element with its namespace resolved: prefixes mean nothing, URIs do. */
export interface XmlNode {
  name: string;
  /** Namespace URI, `''` for none. */
  namespace: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  /** All text directly inside, line ends as `\n`, not trimmed. */
  text: string;
  /** Where it begins in the file, from 1. */
  line: number;
}

export interface XmlLimits {
  bytes: number;
  elements: number;
}
/** Of an XDatenfelder file. */
export const schemaFileLimits: XmlLimits = { bytes: 16_000_000, elements: 400_000 };
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
  captureMetaData: true,
});
/** Under this key the parser keeps where an element begins. */
const metaData = XMLParser.getMetaDataSymbol() as symbol;

/** What the parser returns: an element, with its children under its tag, a text, or a CDATA section. */
interface Parsed {
  [tag: string]: unknown;
  /** Attributes. */
  ':@'?: Record<string, string>;
  '#text'?: string;
  '#cdata'?: Parsed[];
  [place: symbol]: { startIndex?: number } | undefined;
}

/**
 * Reads XML that may be hostile. A DTD is refused, so that no entity is of the file's own making.
 * @throws Unreadable
 */
export function parseXml(xml: string | Uint8Array, limits: XmlLimits): XmlNode {
  const text = decodeBytes(xml, limits.bytes);
  if (!isXmlText(text)) refuseCharacter();
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Unreadable('xml', texts.xml.doctype);
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new Unreadable('xml', texts.xml.notWellFormed(verdict.err.line, verdict.err.col));
  const [root, ...others] = parse(text).filter((entry) => tagOf(entry) !== undefined);
  if (root === undefined || others.length > 0) throw new Unreadable('xml', texts.xml.oneRoot);
  const scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);
  return new TreeBuilder(limits.elements, text).node(root, scope, 0);
}

function decodeBytes(xml: string | Uint8Array, most: number): string {
  if ((typeof xml === 'string' ? xml.length : xml.byteLength) > most)
    throw new Unreadable('size', texts.xml.size(Math.round(most / 1_000_000)));
  if (typeof xml === 'string') return xml;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch {
    throw new Unreadable('xml', texts.xml.notUtf8);
  }
}

function parse(text: string): Parsed[] {
  try {
    return parser.parse(text);
  } catch {
    throw new Unreadable('xml', texts.xml.notReadable);
  }
}

/** `undefined` for a text or a CDATA section. */
function tagOf(entry: Parsed): string | undefined {
  for (const name in entry) if (name !== ':@' && name !== '#text' && name !== '#cdata') return name;
  return undefined;
}

/** Prefix to namespace URI, as declared on an element and those around it. */
type Scope = ReadonlyMap<string, string>;

class TreeBuilder {
  private count = 0;
  /** Counted so far, as elements come in the order of the file. */
  private line = 1;
  private lineEnd: number;
  private readonly text: string;

  constructor(
    private readonly mostElements: number,
    text: string,
  ) {
    this.text = normaliseLineEnds(text);
    this.lineEnd = this.endOfLine(0);
  }

  node(entry: Parsed, outer: Scope, depth: number): XmlNode {
    if (depth > deepest) throw new Unreadable('depth', texts.xml.depth(deepest));
    if (++this.count > this.mostElements) throw new Unreadable('count', texts.xml.count(this.mostElements));
    const tag = tagOf(entry) ?? '';
    const attributes = attributesOf(entry);
    const scope = scopeOf(attributes, outer);
    const [first = '', second] = tag.split(':', 2);
    const [prefix, name] = second === undefined ? ['', tag] : [first, second];
    const namespace = scope.get(prefix) ?? (prefix === '' ? '' : undefined);
    if (namespace === undefined) throw new Unreadable('xml', texts.xml.unboundPrefix(prefix));
    const line = this.lineAt(entry[metaData]?.startIndex ?? 0);
    const node: XmlNode = { name, namespace, attributes, children: [], text: '', line };
    for (const child of entry[tag] as Parsed[]) this.add(child, node, scope, depth);
    return node;
  }

  private lineAt(index: number): number {
    for (; this.lineEnd < Math.min(index, this.text.length); this.lineEnd = this.endOfLine(this.lineEnd + 1))
      this.line++;
    return this.line;
  }

  private endOfLine(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }

  private add(child: Parsed, node: XmlNode, scope: Scope, depth: number): void {
    if ('#text' in child) node.text += decodeText(String(child['#text']));
    else if (child['#cdata'] !== undefined)
      node.text += normaliseLineEnds(child['#cdata'].map((part) => String(part['#text'])).join(''));
    else if (tagOf(child) !== undefined) node.children.push(this.node(child, scope, depth + 1));
  }
}

function attributesOf(entry: Parsed): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(entry[':@'] ?? {})) attributes[name] = decodeText(String(value));
  return attributes;
}

function scopeOf(attributes: Record<string, string>, outer: Scope): Scope {
  const declarations = Object.entries(attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declarations.length === 0) return outer;
  return new Map([...outer, ...declarations.map(([name, uri]) => [name.slice('xmlns:'.length), uri] as const)]);
}
