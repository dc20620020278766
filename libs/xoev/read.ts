import { SaxesParser } from 'saxes';
import { findDtd } from './dtd.js';

export interface Element {
  /** `` where it has none. */
  namespace: string;
  /** Without prefix. */
  name: string;
  /** By local name. A declaration of a namespace is none. */
  attributes: Record<string, string>;
  children: Element[];
  /** What stands in it directly, without the texts of its children. */
  text: string;
}

/** Somebody else's XML is none, or larger than anybody needs. The message quotes nothing of it. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

export interface ReadLimits {
  /** Bytes. */
  size: number;
  depth: number;
  /** Elements in all. */
  elements: number;
  /** Of one element. */
  attributes: number;
  /** Characters of a name, of elements and attributes. */
  name: number;
  /** Characters of an attribute's value. */
  value: number;
}

export interface ReadOptions extends Partial<ReadLimits> {
  /** `false`: prefixes need no declaration, names keep them, and a declaration is an attribute as it is written. */
  namespaces?: boolean;
}

const usual: ReadLimits = {
  size: 10 * 1024 * 1024,
  depth: 64,
  elements: 50_000,
  attributes: 200,
  name: 500,
  value: 100_000,
};

/**
 * Reads XML 1.0 with namespaces in UTF-8. No DTD, so no entities but the five of XML.
 * @throws Unreadable
 */
export function readXml(given: Uint8Array | string, options: ReadOptions = {}): Element {
  const { size, depth, elements, namespaces = true, ...most } = { ...usual, ...options };
  if (given.length > size) throw new Unreadable('too large');
  const text = typeof given === 'string' ? given : decoded(given);
  if (findDtd(text) >= 0) throw new Unreadable('a document type is not taken');
  const top: Element = { namespace: '', name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  let count = 0;
  const parser = new SaxesParser({ xmlns: namespaces, position: false });
  let attributes = 0;
  parser.on('opentagstart', ({ name }) => {
    attributes = 0;
    if (name.length > most.name) throw new Unreadable('a name too long');
  });
  parser.on('attribute', ({ name, value }) => {
    if (++attributes > most.attributes) throw new Unreadable('too many attributes');
    if (name.length > most.name) throw new Unreadable('a name too long');
    if (value.length > most.value) throw new Unreadable('a value too long');
  });
  parser.on('opentag', ({ name, uri = '', local = name, attributes: given }) => {
    if (open.length > depth) throw new Unreadable('too deep');
    if (++count > elements) throw new Unreadable('too many elements');
    const element: Element = {
      namespace: uri,
      name: local,
      attributes: Object.fromEntries(
        Object.entries(given)
          .filter((one) => !isDeclaration(one))
          .map(nameAndValue),
      ),
      children: [],
      text: '',
    };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  const add = (piece: string) => {
    open.at(-1)!.text += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('error', () => {
    throw new Unreadable('not well-formed');
  });
  parser.write(text).close();
  return top.children[0] ?? fail();
}

type Attribute = string | { local: string; uri: string; value: string };

const isDeclaration = ([, given]: [string, Attribute]) =>
  typeof given !== 'string' && given.uri === 'http://www.w3.org/2000/xmlns/';

const nameAndValue = ([name, given]: [string, Attribute]) =>
  typeof given === 'string' ? [name, given] : [given.local, given.value];

/** The first child of that name, in any namespace. */
export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((one) => one.name === name);

/** The element at the end of `a/b/c`. */
export const at = (element: Element | undefined, path: string): Element | undefined =>
  path.split('/').reduce(child, element);

/** Its text, without blanks around it; undefined where it is empty. */
export const textAt = (element: Element | undefined, path: string): string | undefined =>
  at(element, path)?.text.trim() || undefined;

export const all = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((one) => one.name === name) ?? [];

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Unreadable('not UTF-8');
  }
}

function fail(): never {
  throw new Unreadable('no element');
}
