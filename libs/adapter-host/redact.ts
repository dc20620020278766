import type { Json } from '#submission/vocabulary.js';

const mark = '[…]';

/** Removes from a text all secrets and what a person typed. */
export interface Redactor {
  (text: string): string;
  /** Removes this from now on, too: a secret that no parameter holds, a token for instance. */
  conceal(secret: string): void;
}

/**
 * Makes a function that removes from a text every secret and everything that a person typed into the form. Values
 * shorter than three characters stay, because they tell nothing and would riddle the text; of values up to five
 * characters only whole words go.
 */
export function redactor(given: string[], personal: Json[]): Redactor {
  const secrets = new Set(given);
  let expression: RegExp | undefined | null;
  const redact = (text: string) => {
    if (expression === undefined)
      expression = expressionFor([...secrets, ...personal.flatMap(texts)].flatMap(spellings), secrets);
    return expression ? text.replace(expression, mark) : text;
  };
  const conceal = (secret: string) => {
    if (!secrets.has(secret)) expression = undefined;
    secrets.add(secret);
  };
  return Object.assign(redact, { conceal });
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

/** A value as it stands in a text, in JSON, and in an address. */
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
