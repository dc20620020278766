import type { Json } from '#submission/vocabulary.js';

const mark = '[…]';

/**
 * Makes a function that removes from a text everything a person typed into the form, and every secret. Values shorter than three characters
 * stay (they tell nothing and would riddle the text); up to five characters only whole words go.
 */
export function redactor(secrets: string[], personal: Json[]): (text: string) => string {
  let expression: RegExp | undefined | null;
  return (text) => {
    if (expression === undefined)
      expression = expressionFor([...secrets, ...personal.flatMap(texts)].flatMap(spellings), new Set(secrets));
    return expression ? text.replace(expression, mark) : text;
  };
}

function expressionFor(values: string[], secrets: Set<string>): RegExp | null {
  const words = [...new Set(values)].filter((value) => value.length >= 3 || (secrets.has(value) && value.length > 0));
  words.sort((a, b) => b.length - a.length);
  const alternatives = words.map((word) => {
    const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return word.length > 5 || secrets.has(word) ? escaped : `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`;
  });
  return alternatives.length > 0 ? new RegExp(alternatives.join('|'), 'giu') : null;
}

/** As it is, inside JSON, inside an address. */
const spellings = (value: string) => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value.toWellFormed()),
];

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value.trim()];
  if (typeof value === 'number') return [String(value)];
  if (value === null || typeof value === 'boolean') return [];
  return Object.values(value).flatMap(texts);
}
