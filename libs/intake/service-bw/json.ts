import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import type { Dump, Known, Limits } from './form.js';
import { splitKey } from './keys.js';
import { demandName, malformed } from './text.js';

/** Reads the Serviceportal's JSON dump: `{ metadata, fields }`, or the fields alone. */
export function readJson(text: string, limits: Limits, known: Known): Dump {
  const { metadata, fields } = unwrap(parseJson(text, limits));
  const entries = Object.entries(fields);
  if (entries.length > limits.fields) throw tooManyFields(limits);
  return {
    ...(metadata && { metadata }),
    fields: entries.map(([key, value]) => ({ key, ...splitKey(key, known), value })),
  };
}

export function tooManyFields(limits: Pick<Limits, 'fields'>): Problem {
  return new Problem('too-many-fields', `Mehr als ${limits.fields} Felder werden nicht angenommen.`);
}

export function tooDeep(limits: Pick<Limits, 'depth'>): Problem {
  return new Problem('too-deep', `Mehr als ${limits.depth} Ebenen werden nicht angenommen.`);
}

/** Values in all (entries of lists and files included) for each field that is allowed. */
export const valuesPerField = 20;

/** Any JSON within the limits of depth and number of values. Throws {@link Problem} `malformed`, `too-deep`, `too-many-fields`. */
export function parseJson(text: string, limits: Pick<Limits, 'depth' | 'fields'>): Json {
  inspect(text, limits);
  return parse(text);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('Das JSON ist nicht lesbar.');
  }
}

function unwrap(content: Json): { metadata?: Record<string, Json>; fields: Record<string, Json> } {
  if (!isObject(content)) throw malformed('Erwartet wird ein JSON-Objekt.');
  if (!isObject(content['fields'])) return { fields: content };
  const { metadata, fields, ...others } = content;
  if (Object.keys(others).length) throw malformed('Neben „metadata“ und „fields“ sind keine Angaben vorgesehen.');
  if (metadata !== undefined && metadata !== null && !isObject(metadata))
    throw malformed('„metadata“ ist kein Objekt.');
  return { ...(metadata && { metadata }), fields: fields as Record<string, Json> };
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Looks at the shape before anything is built, in one pass: depth, number of values, doubled and dangerous keys, which `JSON.parse` would all take.
 * The grammar is left to `JSON.parse`.
 */
function inspect(text: string, limits: Pick<Limits, 'depth' | 'fields'>): void {
  const open: (Set<string> | null)[] = []; // the keys of each open object; null for a list
  let values = 0;
  let awaitsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (awaitsKey) addKey(open.at(-1)!, text.slice(at, end + 1));
        awaitsKey = false;
        at = end;
        break;
      }
      case '{':
      case '[':
        open.push(text[at] === '{' ? new Set() : null);
        if (open.length > limits.depth) throw tooDeep(limits);
        awaitsKey = text[at] === '{';
        values++;
        break;
      case '}':
      case ']':
        open.pop();
        awaitsKey = false;
        break;
      case ',':
        awaitsKey = Boolean(open.at(-1));
        values++;
    }
    if (values > limits.fields * valuesPerField) throw tooManyFields(limits);
  }
}

function endOfString(text: string, start: number): number {
  const quote = text.indexOf('"', start + 1);
  if (quote !== -1 && text[quote - 1] !== '\\') return quote;
  for (let at = start + 1; at < text.length; at += text[at] === '\\' ? 2 : 1) if (text[at] === '"') return at;
  throw malformed('Das JSON ist abgeschnitten.');
}

function addKey(keys: Set<string>, quoted: string): void {
  const key = demandName(quoted.includes('\\') && quoted.length < 4000 ? String(parse(quoted)) : quoted.slice(1, -1));
  if (keys.has(key)) throw malformed('Ein Feldname kommt doppelt vor.');
  keys.add(key);
}
