import type { Field, Json, JsonObject } from '../model.js';
import { isLatin, isXmlText } from './latin.js';
import { isClock, isDay, isDecimal, isInteger, isMoment, money } from './lexical.js';
import { matcher } from './matcher.js';
import { parsePattern } from './pattern.js';

/** Why a value is refused: a stable code and a German sentence about what is expected. */
export class Fault {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

/** Answers the normalised value, `undefined` for "no input", or a fault. */
export type Check = (value: Json) => Json | Fault | undefined;

/** Longest text of a field without maxLength, and of one with a pattern; code points. */
export const longestText = 100_000;
export const longestMatched = 20_000;

/** Compiles a field's type, limits and code list into one function; sentences are written once, here. */
export function compileCheck(field: Field): Check {
  if (field.options !== undefined) return checkCode(field);
  const content = fixedContent(field);
  const check = checks[field.type](field);
  if (content === undefined) return check;
  const fixed = check(content);
  const fault = new Fault('locked', 'Dieses Feld ist vorbelegt und darf nicht geändert werden.');
  return (value) => {
    const result = check(value);
    return result === undefined || result instanceof Fault || result === fixed ? result : fault;
  };
}

/** A locked field with content, and nobody who prefills it, has one possible value. */
const fixedContent = (field: Field) =>
  field.input === 'locked' && field.prefill === 'keine' && typeof field.content === 'string'
    ? field.content
    : undefined;

const checks: Record<Field['type'], (field: Field) => Check> = {
  text: checkText,
  text_latin: checkText,
  date: (field) => checkDated(field, isDay, 'ein Datum in der Form JJJJ-MM-TT'),
  time: (field) => checkDated(field, isClock, 'eine Uhrzeit in der Form HH:MM:SS', /^\d\d:\d\d$/),
  datetime: (field) => checkDated(field, isMoment, 'ein Zeitpunkt in der Form JJJJ-MM-TTTHH:MM:SS'),
  bool: checkBool,
  num: (field) => checkNumber(field, isDecimal, 'eine Zahl (Dezimaltrennzeichen ist der Punkt)'),
  num_int: (field) => checkNumber(field, isInteger, 'eine ganze Zahl'),
  num_currency: checkMoney,
  file: checkFile,
  obj: () => () => new Fault('unknownField', 'Dieses Feld nimmt keine Daten auf.'),
};

const expected = (what: string) => new Fault('type', `Erwartet wird ${what}. Bitte korrigieren Sie die Angabe.`);

function checkCode({ options }: Field): Check {
  const { codes } = options!;
  const few = [...codes.keys()].slice(0, 8);
  const which =
    codes.size > few.length ? `einen der ${codes.size} Codes der Liste` : `einen der Codes ${few.join(', ')}`;
  const type = expected('ein Code der Liste als Text');
  const fault = new Fault('codeList', `Bitte wählen Sie ${which}.`);
  return (value) => {
    if (typeof value !== 'string') return type;
    if (codes.has(value)) return value;
    const code = value.trim();
    return code === '' ? undefined : codes.has(code) ? code : fault;
  };
}

function checkText({ type, limits }: Field): Check {
  const latin = type === 'text_latin';
  const cap = limits.pattern === undefined ? longestText : longestMatched;
  const most = limits.pattern === undefined ? (limits.maxLength ?? cap) : Math.min(limits.maxLength ?? cap, cap);
  const least = limits.minLength ?? 0;
  const short = new Fault('minLength', `Bitte geben Sie mindestens ${least} Zeichen an.`);
  const long = new Fault('maxLength', `Bitte kürzen Sie die Angabe auf höchstens ${most} Zeichen.`);
  const charset = new Fault('charset', 'Die Angabe enthält unsichtbare Steuerzeichen. Bitte geben Sie sie neu ein.');
  const foreign = new Fault(
    'charset',
    'Erlaubt sind nur lateinische Schriftzeichen nach DIN 91379. Bitte schreiben Sie die Angabe mit diesen.',
  );
  const wrong = expected('ein Text');
  const matches = patternCheck(limits.pattern, most);
  const mismatch = patternFault(limits.pattern);
  return (value) => {
    if (typeof value !== 'string') return wrong;
    let text = value.trim();
    if (text === '') return undefined;
    if (latin && text.length <= 4 * most) text = text.normalize('NFC');
    if (text.length > most && longer(text, most)) return long;
    if (text.length < 2 * least && !longer(text, least - 1)) return short;
    if (latin ? !isLatin(text) : !isXmlText(text)) return latin && isXmlText(text) ? foreign : charset;
    return matches === undefined || matches(text) ? text : mismatch;
  };
}

/** Whether a text has more than `most` code points. */
function longer(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most + 1) return true;
  let count = 0;
  for (const _ of text) if (++count > most) return true;
  return false;
}

/** `undefined` where there is no pattern or it cannot be checked (reported at import). */
function patternCheck(written: string | undefined, longest: number) {
  const pattern = written === undefined ? undefined : parsePattern(written);
  return pattern === undefined || typeof pattern === 'string' ? undefined : matcher(pattern, longest);
}

const patternFault = (written: string | undefined) =>
  new Fault(
    'pattern',
    `Die Angabe hat nicht die verlangte Form (Muster ${written}). Bitte prüfen Sie die Schreibweise.`,
  );

function checkDated({ limits }: Field, valid: (text: string) => boolean, what: string, minutes?: RegExp): Check {
  const wrong = expected(what);
  const invalid = new Fault('format', `Erwartet wird ${what}. Bitte prüfen Sie, ob es diesen Wert gibt.`);
  const early = new Fault('minimum', `Die Angabe darf nicht vor ${limits.min} liegen.`);
  const late = new Fault('maximum', `Die Angabe darf nicht nach ${limits.max} liegen.`);
  const matches = patternCheck(limits.pattern, longestMatched);
  const mismatch = patternFault(limits.pattern);
  return (value) => {
    if (typeof value !== 'string') return wrong;
    let text = value.trim();
    if (text === '') return undefined;
    if (minutes?.test(text)) text += ':00';
    if (!valid(text)) return invalid;
    if (limits.min !== undefined && before(text, limits.min)) return early;
    if (limits.max !== undefined && before(limits.max, text)) return late;
    return matches === undefined || matches(text) ? text : mismatch;
  };
}

/** Days and times order as texts; moments with zones by the instant they name. */
export function before(a: string, b: string): boolean {
  if (a.length <= 10 || b.length <= 10 || (!hasZone(a) && !hasZone(b))) return a < b;
  return instant(a) < instant(b);
}

const hasZone = (text: string) => /(Z|[+-]\d\d:\d\d)$/.test(text.slice(10));
const instant = (text: string) => Date.parse(hasZone(text) ? text : `${text}Z`);

function checkBool(): Check {
  const wrong = expected('ja oder nein (true oder false)');
  return (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return wrong;
    const text = value.trim();
    return text === '' ? undefined : text === 'true' ? true : text === 'false' ? false : wrong;
  };
}

function checkNumber({ limits, type }: Field, valid: (text: string) => boolean, what: string): Check {
  const wrong = expected(what);
  const range = rangeFaults(limits);
  const [min, max] = [Number(limits.min ?? Number.NEGATIVE_INFINITY), Number(limits.max ?? Number.POSITIVE_INFINITY)];
  const matches = patternCheck(limits.pattern, 100);
  const mismatch = patternFault(limits.pattern);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrong;
    if (typeof value === 'number' && type === 'num_int' && !Number.isSafeInteger(value)) return wrong;
    const text = String(value).trim();
    if (text === '') return undefined;
    if (typeof value === 'string' && !valid(text)) return wrong;
    const number = Number(text);
    if (!Number.isFinite(number)) return wrong;
    if (number < min) return range.low;
    if (number > max) return range.high;
    return matches === undefined || matches(text) ? number + 0 : mismatch;
  };
}

const rangeFaults = (limits: Field['limits']) => ({
  low: new Fault('minimum', `Der Wert muss mindestens ${limits.min} sein.`),
  high: new Fault('maximum', `Der Wert darf höchstens ${limits.max} sein.`),
});

/** Money is a decimal: it is compared as one, and leaves as text with two places ("5.60"). */
function checkMoney({ limits }: Field): Check {
  const wrong = expected('ein Geldbetrag, z. B. 12.50');
  const places = new Fault('decimals', 'Ein Geldbetrag hat höchstens zwei Nachkommastellen und 13 Stellen davor.');
  const range = rangeFaults(limits);
  const [min, max] = [Number(limits.min ?? Number.NEGATIVE_INFINITY), Number(limits.max ?? Number.POSITIVE_INFINITY)];
  const matches = patternCheck(limits.pattern, 100);
  const mismatch = patternFault(limits.pattern);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrong;
    const text = String(value).trim();
    if (text === '') return undefined;
    if (!money.test(text)) return isDecimal(text) || typeof value === 'number' ? places : wrong;
    if (Number(text) < min) return range.low;
    if (Number(text) > max) return range.high;
    return matches === undefined || matches(text) ? twoPlaces(text) : mismatch;
  };
}

function twoPlaces(text: string): string {
  const [whole, cents = ''] = text.replace(/^(-?)0+(?=\d)/, '$1').split('.');
  const amount = `${whole}.${cents.padEnd(2, '0')}`;
  return amount === '-0.00' ? '0.00' : amount;
}

const fileKeys = ['attachmentId', 'filename', 'mimetype', 'size'];

/** The instance names an attachment that travels apart: `{attachmentId, filename, mimetype, size}`. */
function checkFile({ limits }: Field): Check {
  const wrong = expected('eine Anlage mit attachmentId, filename, mimetype und size');
  const types = limits.mediaTypes ?? [];
  const media = new Fault(
    'mediaType',
    `Erlaubt sind nur Dateien der Typen ${types.join(', ')}. Bitte wandeln Sie die Datei um.`,
  );
  const big = new Fault(
    'maxSize',
    `Die Datei darf höchstens ${limits.maxSize} Bytes groß sein. Bitte verkleinern Sie sie.`,
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value === '' ? undefined : wrong;
    const keys = Object.keys(value);
    if (keys.length === 0) return undefined;
    if (keys.length !== fileKeys.length || !isFile(value)) return wrong;
    if (types.length > 0 && !allows(types, value.mimetype)) return media;
    return limits.maxSize !== undefined && value.size > limits.maxSize ? big : value;
  };
}

function isFile(
  value: JsonObject,
): value is { attachmentId: string; filename: string; mimetype: string; size: number } {
  const { attachmentId, filename, mimetype, size } = value;
  const texts = [attachmentId, filename, mimetype];
  return (
    texts.every((text) => typeof text === 'string' && text !== '' && isXmlText(text)) &&
    Number.isSafeInteger(size) &&
    Number(size) >= 0
  );
}

function allows(types: string[], mimetype: string): boolean {
  const [type] = mimetype.toLowerCase().split(';', 1);
  return types.some(
    (allowed) => allowed === type!.trim() || (allowed.endsWith('/*') && type!.startsWith(allowed.slice(0, -1))),
  );
}
