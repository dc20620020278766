import type { DataValidateFunction, KeywordDefinition } from 'ajv/dist/types/index.js';
import { positions, type Schema } from './model.js';
import { isBefore } from './values/lexical.js';

/**
 * The keywords of `toJsonSchema(schema, {lists: 'keyword'})` for ajv: `new Ajv2020({keywords: fimKeywords(schema)})`.
 *
 * - `fimList`: `<canonical version URI>#<column>`; the text is a code of that list, held as a set
 * - `fimMinimum`, `fimMaximum`: limits of dates, times and money, in the value's own form
 * - `fimPattern`: a pattern on the written form of a number
 *
 * Compiling throws an `Error` where a schema names a list that `schema` does not use.
 */
export function fimKeywords(schema: Schema): KeywordDefinition[] {
  const lists = codesByList(schema);
  return [
    keyword('fimList', 'string', (list) => {
      const codes = lists.get(list);
      if (codes === undefined) throw new Error(`code list ${list} is not bound`);
      return (code: string) => codes.has(code);
    }),
    keyword('fimMinimum', 'string', (limit) => (value: string) => !isLess(value, limit)),
    keyword('fimMaximum', 'string', (limit) => (value: string) => !isLess(limit, value)),
    keyword('fimPattern', 'number', (source) => {
      const expression = new RegExp(source, 'u');
      return (value: number) => expression.test(String(value));
    }),
  ];
}

const keyword = (
  keyword: string,
  type: 'string' | 'number',
  compile: (parameter: string) => DataValidateFunction,
): KeywordDefinition => ({ keyword, type, schemaType: 'string', compile });

function codesByList(schema: Schema): Map<string, ReadonlyMap<string, string>> {
  const lists = new Map<string, ReadonlyMap<string, string>>();
  for (const { edge } of positions(schema)) {
    const options = edge.element.kind === 'field' ? edge.element.options : undefined;
    if (options?.list !== undefined) lists.set(`${options.list.versionUri}#${options.list.codeColumn}`, options.codes);
  }
  return lists;
}

/** Amounts of money as numbers, all else in the order of dates and times. */
const isLess = (a: string, b: string) => (isAmount(a) && isAmount(b) ? Number(a) < Number(b) : isBefore(a, b));
const isAmount = (text: string) => /^[+-]?\d+(\.\d+)?$/.test(text);
