import type { DataType, Input, Limits } from '../model.js';
import { parsePattern } from '../patterns/pattern.js';
import { texts } from '../texts/findings.js';
import { isBefore, isLexical } from '../values/lexical.js';
import type { SourceNode } from './source-node.js';

/** What decides which limits fit a field. */
export interface FieldKind {
  input: Input;
  type: DataType;
  hasList: boolean;
}

/**
 * Reads Präzisierung, maxSize and mediaType. A limit that does not fit the field is a warning and has no effect, one
 * that is malformed is an error.
 */
export function readLimits(node: SourceNode, kind: FieldKind): Limits {
  const written = readPraezisierung(node);
  const lengths = readLengths(written, node, kind);
  const range = readRange(written, node, kind);
  const pattern = readPattern(written, node, kind);
  return { ...lengths, ...range, ...pattern, ...readFileLimits(node, kind) };
}

const names = ['minLength', 'maxLength', 'minValue', 'maxValue', 'pattern'] as const;
/** A Präzisierung as written, without what is empty. */
type Praezisierung = Partial<Record<(typeof names)[number], string>>;

function readPraezisierung(node: SourceNode): Praezisierung {
  const holder = node.one('praezisierung');
  if (holder === undefined) return {};
  const members = node.standard === '2.0' ? parseMembers(holder.content) : Object.entries(holder.attributes);
  if (members === undefined || (node.standard === '3.0.0' && holder.content !== ''))
    node.warn('praezisierung', texts.limits.unreadable);
  const written: Praezisierung = {};
  for (const [name, value] of members ?? []) {
    const known = names.find((known) => known === name);
    if (known === undefined || (typeof value !== 'string' && typeof value !== 'number'))
      node.warn('praezisierung', texts.limits.unknown(name.slice(0, 40)));
    else if (String(value).trim() !== '') written[known] = String(value).trim();
  }
  return written;
}

/** 2.0 keeps a JSON object as text; its values are strings or numbers. `undefined` where the text is something else. */
function parseMembers(text: string): [string, unknown][] | undefined {
  if (text === '') return [];
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : undefined;
  } catch {
    return undefined;
  }
}

const isText = (type: DataType) => type === 'text' || type === 'text_latin';

function readLengths(written: Praezisierung, node: SourceNode, { input, type, hasList }: FieldKind): Limits {
  if (written.minLength === undefined && written.maxLength === undefined) return {};
  if (!isText(type) || hasList || input === 'label') {
    node.warn(isText(type) ? '1012' : '1015', texts.limits.lengthNotApplicable);
    return {};
  }
  const minLength = parseCount(written.minLength, 0, () => node.error('1059', texts.limits.minLength));
  const maxLength = parseCount(written.maxLength, 1, () => node.error('1060', texts.limits.maxLength));
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength)
    node.error('1061', texts.limits.lengths);
  return defined({ minLength, maxLength });
}

function parseCount(written: string | undefined, least: number, reportMalformed: () => void): number | undefined {
  if (written === undefined) return undefined;
  const value = Number(written);
  if (/^\d{1,9}$/.test(written) && value >= least) return value;
  reportMalformed();
  return undefined;
}

/** Codes of findings about the lower and the upper limit of a value. */
const boundCodes: Record<DataType, [min: string, max: string] | undefined> = {
  num: ['1062', '1063'],
  num_currency: ['1062', '1063'],
  num_int: ['1065', '1066'],
  date: ['1067', '1068'],
  datetime: ['1079', '1080'],
  time: ['1081', '1082'],
  text: undefined,
  text_latin: undefined,
  bool: undefined,
  file: undefined,
  obj: undefined,
};

function readRange({ minValue, maxValue }: Praezisierung, node: SourceNode, { type, hasList }: FieldKind): Limits {
  if (minValue === undefined && maxValue === undefined) return {};
  const codes = boundCodes[type];
  if (codes === undefined || hasList) {
    node.warn('1016', texts.limits.rangeNotApplicable);
    return {};
  }
  const min = parseBound(minValue, type, () => node.error(codes[0], texts.limits.minValue));
  const max = parseBound(maxValue, type, () => node.error(codes[1], texts.limits.maxValue));
  if (
    min !== undefined &&
    max !== undefined &&
    (type.startsWith('num') ? Number(max) < Number(min) : isBefore(max, min))
  )
    node.error('1064', texts.limits.range);
  return defined({ min, max });
}

function parseBound(written: string | undefined, type: DataType, reportMalformed: () => void): string | undefined {
  if (written === undefined || isLexical(type, written)) return written;
  reportMalformed();
  return undefined;
}

const typesWithoutPattern: DataType[] = ['file', 'obj', 'bool'];

/** A pattern that cannot be checked is kept for people, and reported. */
function readPattern({ pattern }: Praezisierung, node: SourceNode, { input, type, hasList }: FieldKind): Limits {
  if (pattern === undefined) return {};
  if (typesWithoutPattern.includes(type) || hasList || input === 'label') {
    node.warn('1120', texts.limits.patternNotApplicable);
    return {};
  }
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') node.warn('pattern', texts.limits.patternUnchecked(parsed));
  else for (const doubt of parsed.doubts) node.warn('pattern', doubt);
  return { pattern };
}

function readFileLimits(node: SourceNode, { type }: FieldKind): Limits {
  const size = node.text('maxSize');
  const mediaTypes = node
    .all('mediaType')
    .map((mediaType) => mediaType.content.toLowerCase())
    .filter(Boolean);
  if (type !== 'file') {
    if (size !== undefined) node.warn('1056', texts.limits.maxSizeNotApplicable);
    if (mediaTypes.length > 0) node.warn('1057', texts.limits.mediaTypesNotApplicable);
    return {};
  }
  for (const mediaType of mediaTypes)
    if (!/^[\w.+-]+\/([\w.+-]+|\*)$/.test(mediaType)) node.error('mediaType', texts.limits.mediaType);
  const maxSize = parseCount(size, 1, () => node.error('maxSize', texts.limits.maxSize));
  return defined({ maxSize, mediaTypes: mediaTypes.length > 0 ? mediaTypes : undefined });
}

/** The report counts limits by their keys: a limit that is not there has none. */
function defined(limits: Limits): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
