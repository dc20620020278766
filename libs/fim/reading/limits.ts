import type { DataType, Input, Limits } from '../model.js';
import { isLexical } from '../values/lexical.js';
import { parsePattern } from '../values/pattern.js';
import type { Place } from './findings.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

interface About {
  input: Input;
  type: DataType;
  /** The field has a code list. */
  listed: boolean;
}

const names = ['minLength', 'maxLength', 'minValue', 'maxValue', 'pattern'] as const;
type Written = Partial<Record<(typeof names)[number], string>>;

const isText = (type: DataType) => type === 'text' || type === 'text_latin';
const hasRange = (type: DataType) => /^(num|num_int|num_currency|date|time|datetime)$/.test(type);

/** Reads Präzisierung, maxSize and mediaType; a limit that cannot apply to the type is a warning, a broken one an error. */
export function readLimits(node: Node, source: Source, about: About, place: Place): Limits {
  const written = readWritten(node, source, place);
  return { ...readLengths(written, source, about, place), ...readRange(written, source, about, place), ...readPattern(written, source, about, place), ...readFile(node, source, about, place) }; // biome-ignore format: four parts
}

function readWritten(node: Node, source: Source, place: Place): Written {
  const holder = source.one(node, 'praezisierung', place);
  if (holder === undefined) return {};
  const text = holder.text.trim();
  const found = source.standard === '2.0' ? parseJson(text) : Object.entries(holder.attributes);
  if (found === undefined || (source.standard === '3.0.0' && text !== ''))
    source.findings.warn('praezisierung', 'Der Text der Präzisierung ist nicht auswertbar und wirkt nicht.', place);
  const written: Written = {};
  for (const [name, value] of found ?? []) {
    const known = names.find((known) => known === name);
    if (known === undefined || (typeof value !== 'string' && typeof value !== 'number'))
      source.findings.warn(
        'praezisierung',
        `Die Präzisierung „${name.slice(0, 40)}“ ist unbekannt und wirkt nicht.`,
        place,
      );
    else if (String(value).trim() !== '') written[known] = String(value).trim();
  }
  return written;
}

/** 2.0 keeps JSON as text, values as strings or numbers. `undefined`: something else stands there. */
function parseJson(text: string): [string, unknown][] | undefined {
  if (text === '') return [];
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : undefined;
  } catch {
    return undefined;
  }
}

function readLengths(written: Written, source: Source, about: About, place: Place): Limits {
  if (written.minLength === undefined && written.maxLength === undefined) return {};
  if (!isText(about.type) || about.listed || about.input === 'label') {
    const code = isText(about.type) ? '1012' : '1015';
    source.findings.warn(code, 'Eine Feldlänge passt nicht zu diesem Feld und wirkt nicht.', place);
    return {};
  }
  const minLength = count(
    written.minLength,
    0,
    '1059',
    'Die minimale Feldlänge muss eine ganze Zahl ab 0 sein.',
    source,
    place,
  );
  const maxLength = count(
    written.maxLength,
    1,
    '1060',
    'Die maximale Feldlänge muss eine ganze Zahl ab 1 sein.',
    source,
    place,
  );
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength)
    source.findings.error('1061', 'Die minimale Feldlänge ist größer als die maximale.', place);
  return defined({ minLength, maxLength });
}

function count(
  written: string | undefined,
  least: number,
  code: string,
  message: string,
  source: Source,
  place: Place,
) {
  if (written === undefined) return undefined;
  const value = Number(written);
  if (/^\d{1,9}$/.test(written) && value >= least) return value;
  source.findings.error(code, message, place);
  return undefined;
}

const boundCodes: Partial<Record<DataType, [string, string]>> = {
  num_int: ['1065', '1066'],
  date: ['1067', '1068'],
  datetime: ['1079', '1080'],
  time: ['1081', '1082'],
};

function readRange({ minValue, maxValue }: Written, source: Source, about: About, place: Place): Limits {
  if (minValue === undefined && maxValue === undefined) return {};
  if (!hasRange(about.type) || about.listed) {
    source.findings.warn('1016', 'Ein Wertebereich passt nicht zu diesem Feld und wirkt nicht.', place);
    return {};
  }
  const [low, high] = boundCodes[about.type] ?? ['1062', '1063'];
  const min = bound(minValue, about.type, low, 'untere', source, place);
  const max = bound(maxValue, about.type, high, 'obere', source, place);
  const numeric = about.type.startsWith('num');
  if (min !== undefined && max !== undefined && (numeric ? Number(min) > Number(max) : min > max))
    source.findings.error('1064', 'Die untere Wertgrenze ist größer als die obere.', place);
  return defined({ min, max });
}

function bound(written: string | undefined, type: DataType, code: string, which: string, source: Source, place: Place) {
  if (written === undefined || isLexical(type, written)) return written;
  source.findings.error(code, `Die ${which} Wertgrenze passt nicht zum Datentyp.`, place);
  return undefined;
}

function readPattern({ pattern }: Written, source: Source, about: About, place: Place): Limits {
  if (pattern === undefined) return {};
  if (
    about.type === 'file' ||
    about.type === 'obj' ||
    about.type === 'bool' ||
    about.listed ||
    about.input === 'label'
  ) {
    source.findings.warn('1120', 'Ein Muster passt nicht zu diesem Feld und wirkt nicht.', place);
    return {};
  }
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') source.findings.warn('pattern', `Das Muster wird nicht geprüft: ${parsed}`, place);
  else for (const doubt of parsed.doubts) source.findings.warn('pattern', doubt, place);
  return { pattern };
}

function readFile(node: Node, source: Source, about: About, place: Place): Limits {
  const size = source.text(node, 'maxSize', place);
  const mediaTypes = source
    .many(node, 'mediaType')
    .map((type) => type.text.trim().toLowerCase())
    .filter(Boolean);
  if (about.type !== 'file') {
    if (size !== undefined)
      source.findings.warn('1056', 'Eine Dateigröße passt nicht zu diesem Feld und wirkt nicht.', place);
    if (mediaTypes.length > 0)
      source.findings.warn('1057', 'Dateitypen passen nicht zu diesem Feld und wirken nicht.', place);
    return {};
  }
  for (const type of mediaTypes)
    if (!/^[\w.+-]+\/([\w.+-]+|\*)$/.test(type))
      source.findings.error('mediaType', 'Ein erlaubter Dateityp ist kein Medientyp der Form „typ/untertyp“.', place);
  const maxSize = count(size, 1, 'maxSize', 'Die Dateigröße muss eine ganze Zahl ab 1 sein (Bytes).', source, place);
  return defined({ maxSize, mediaTypes: mediaTypes.length > 0 ? mediaTypes : undefined });
}

function defined(limits: Limits): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
