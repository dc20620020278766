import type { Json } from '#submission/vocabulary.js';
import type { Element } from './read.js';

export interface PlainOptions {
  /** Names of elements that are always lists, however often they occur. Others become lists where they are repeated. */
  lists?: string[];
  /** `false` keeps blanks at the edges of texts and attributes. */
  trim?: boolean;
}

/**
 * An element as an object with one key, its name, in the shape that `writeXml` takes: children by name, attributes as
 * `@name`, and `#text` for the text beside them. An element with neither children nor attributes is its text.
 */
export function toPlain(element: Element, { lists = [], trim = true }: PlainOptions = {}): Record<string, Json> {
  const valueIn = ({ attributes, children, text }: Element): Json => {
    const ownText = trim ? text.trim() : text;
    const pairs = Object.entries(attributes).map(([name, value]) => [`@${name}`, trim ? value.trim() : value]);
    if (pairs.length === 0 && children.length === 0) return ownText;
    const isText = ownText !== '' && (children.length === 0 || ownText.trim() !== '');
    return Object.fromEntries([...pairs, ...grouped(children), ...(isText ? [['#text', ownText]] : [])]);
  };
  const grouped = (children: Element[]): [string, Json][] => {
    const byName = new Map<string, Json[]>();
    for (const child of children) {
      const values = byName.get(child.name) ?? [];
      values.push(valueIn(child));
      byName.set(child.name, values);
    }
    return [...byName].map(([name, values]) => [name, values.length > 1 || lists.includes(name) ? values : values[0]!]);
  };
  return { [element.name]: valueIn(element) };
}
