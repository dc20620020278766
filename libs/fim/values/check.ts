import type { Field, Options } from '../model.js';
import { texts } from '../texts/validation.js';
import { dateCheck, dateTimeCheck, timeCheck } from './date-time.js';
import { type Check, Fault, wrongType } from './fault.js';
import { fileCheck } from './file.js';
import { moneyCheck, numberCheck } from './number.js';
import { textCheck } from './text.js';

const checks: Record<Field['type'], (field: Field) => Check> = {
  text: textCheck,
  text_latin: textCheck,
  date: dateCheck,
  time: timeCheck,
  datetime: dateTimeCheck,
  bool: boolCheck,
  num: numberCheck,
  num_int: numberCheck,
  num_currency: moneyCheck,
  file: fileCheck,
  obj: () => () => new Fault('unknownField', texts.noData),
};

/** Compiles a field's type, limits, pattern and code list into one function. All messages are made here, once. */
export function compileCheck(field: Field): Check {
  const check = field.options === undefined ? checks[field.type](field) : codeCheck(field.options);
  const content = fixedContent(field);
  return content === undefined ? check : onlyContent(check, content);
}

/** The only value a field may have: the content of a locked field that nobody prefills. */
export const fixedContent = ({ input, prefill, content }: Field): string | undefined =>
  input === 'locked' && prefill === 'keine' ? content : undefined;

function onlyContent(check: Check, content: string): Check {
  const expected = check(content);
  const fault = new Fault('locked', texts.locked);
  return (value) => {
    const result = check(value);
    return result === undefined || result instanceof Fault || result === expected ? result : fault;
  };
}

/** How many entries a message names, and how much of each. */
const namedEntries = 6;
const longestName = 80;

function codeCheck({ codes }: Options): Check {
  const type = wrongType(texts.kinds.code);
  const named = codes.size > namedEntries ? namedEntries - 1 : namedEntries;
  const names = [...codes.values()].slice(0, named).map(shortened);
  const fault = new Fault('codeList', texts.oneOf(names, codes.size - names.length));
  return (value) => {
    if (typeof value !== 'string') return type;
    if (codes.has(value)) return value;
    const code = value.trim();
    return code === '' ? undefined : codes.has(code) ? code : fault;
  };
}

const shortened = (name: string) => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name);

function boolCheck(): Check {
  const type = wrongType(texts.kinds.bool);
  return (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return type;
    const text = value.trim();
    return text === '' ? undefined : text === 'true' ? true : text === 'false' ? false : type;
  };
}
