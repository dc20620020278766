import type { Json } from '#submission/vocabulary.js';
import type { JsonObject } from './json.js';
import type { Element } from './read.js';

/**
 * Returns an element as something to write, under prefixes of our own. It may hold elements or text, not both; elements
 * of one name come together. An element whose namespace has no prefix here gets none.
 * @param prefixes namespace → prefix
 * @param options.declared whether the element declares the prefixes, and so can be a document
 */
export function rewritten(element: Element, prefixes: Record<string, string>, { declared = false } = {}): JsonObject {
  const declarations = declared ? Object.entries(prefixes).map(([uri, prefix]) => [`@xmlns:${prefix}`, uri]) : [];
  const name = nameOf(element, prefixes);
  return { [name]: { ...Object.fromEntries(declarations), ...contentOf(element, prefixes) } };
}

function contentOf({ attributes, children, text }: Element, prefixes: Record<string, string>): JsonObject {
  const content: JsonObject = {};
  for (const [name, value] of Object.entries(attributes)) content[`@${name}`] = value;
  if (children.length === 0) return { ...content, '#text': text };
  for (const one of children) {
    const name = nameOf(one, prefixes);
    const before = (content[name] ?? []) as Json[];
    content[name] = [...before, contentOf(one, prefixes)];
  }
  return content;
}

function nameOf({ namespace, name }: Element, prefixes: Record<string, string>): string {
  const prefix = prefixes[namespace];
  return prefix === undefined ? name : `${prefix}:${name}`;
}
