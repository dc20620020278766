import type { Json } from '#submission/vocabulary.js';
import { isObject, type JsonObject } from './json.js';

/** A code list, by the URI and the version of its publisher (XÖV code, `xoev-code.xsd` 1.0). */
export interface CodeList {
  uri?: string;
  version?: string;
}

export function code(value: string, { uri, version }: CodeList = {}, name?: string): JsonObject {
  return {
    ...(uri !== undefined && { '@listURI': uri }),
    ...(version !== undefined && { '@listVersionID': version }),
    code: value,
    ...(name !== undefined && { name }),
  };
}

/**
 * Puts the prefix before the names of all elements, except the children of code elements: they are unqualified in every
 * standard.
 */
export function qualified(content: JsonObject, prefix: string): JsonObject {
  if ('code' in content) return content;
  const inside = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inside);
    return isObject(value) ? qualified(value, prefix) : value;
  };
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) =>
      name.startsWith('@') ? [name, value] : [`${prefix}:${name}`, inside(value)],
    ),
  );
}
