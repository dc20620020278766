import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from '../texts.js';
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
  return new Problem('too-many-fields', texts.form.tooManyFields(limits.fields));
}

export function tooDeep(limits: Pick<Limits, 'depth'>): Problem {
  return new Problem('too-deep', texts.form.tooDeep(limits.depth));
}

/** How many values (entries of lists and parts of files included) are allowed per allowed field. */
export const valuesPerField = 20;

/**
 * Any JSON within the limits of depth and number of values.
 * @throws Problem `malformed`, `too-deep`, `too-many-fields`
 */
export function parseJson(text: string, limits: Pick<Limits, 'depth' | 'fields'>): Json {
  inspect(text, limits);
  return parse(text);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(texts.json.unreadable);
  }
}

function unwrap(content: Json): { metadata?: Record<string, Json>; fields: Record<string, Json> } {
  if (!isObject(content)) throw malformed(texts.json.noObject);
  const { metadata, fields, ...others } = content;
  if (!isObject(fields)) return { fields: content };
  if (Object.keys(others).length) throw malformed(texts.json.besideFields);
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) throw malformed(texts.json.metadataNoObject);
  return { ...(metadata && { metadata }), fields };
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks the shape in one pass before anything is built: depth, number of values, doubled and dangerous keys, all of
 * which `JSON.parse` would accept. The grammar is left to `JSON.parse`.
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
  throw malformed(texts.json.cut);
}

function addKey(keys: Set<string>, quoted: string): void {
  const key = demandName(quoted.includes('\\') && quoted.length < 4000 ? String(parse(quoted)) : quoted.slice(1, -1));
  if (keys.has(key)) throw malformed(texts.form.doubledName);
  keys.add(key);
}
