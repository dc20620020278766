import type { Json } from '#fim/json.js';
import type { Random } from '#fim/sampling/random.js';

// biome-ignore format: a table
const hostileTexts = [
  '&', '<', '>', '"', '\0', '\u0001', '&#0;', '&#xD800;', '&amp;lt;', '<![CDATA[', ']]>', '<!--', '<?x', '\uD800', '𝒳',
  '*', '0:*', '9999999:*', '{"', '[[[', '((((a+)+)+)+)$', '\\', '__proto__', 'constructor', 'urn:', '-', '1e999',
  'NaN', '2023-02-30', ':',
];

/** Breaks an XML text in one to three places. */
export function mutated(xml: string, random: Random): string {
  let text = xml;
  for (let times = random.int(1, 3); times > 0; times--) text = random.pick(mutations)(text, random);
  return text;
}

/** Begin and end of a part of a text. */
type Span = [from: number, to: number];

const replaced = (text: string, [from, to]: Span, by: string) => text.slice(0, from) + by + text.slice(to);

const offsetIn = (text: string, random: Random) => random.int(0, Math.max(0, text.length - 1));

/** A whole element chosen at random. */
function elementIn(text: string, random: Random): Span | undefined {
  const starts = [...text.matchAll(/<([\w:.]+)[^>]*>/g)];
  const start = starts[random.int(0, starts.length - 1)];
  if (start === undefined || start[0].endsWith('/>')) return undefined;
  const end = text.indexOf(`</${start[1]}>`, start.index);
  return end < 0 ? undefined : [start.index, end + start[1]!.length + 3];
}

/** The group of a match chosen at random, which begins `offset` characters behind the match. */
function groupIn(text: string, expression: RegExp, offset: number, random: Random): Span | undefined {
  const matches = [...text.matchAll(expression)];
  const chosen = matches[random.int(0, matches.length - 1)];
  return chosen && [chosen.index + offset, chosen.index + offset + chosen[1]!.length];
}

type Mutation = (text: string, random: Random) => string;

const cutAnywhere: Mutation = (text, random) => {
  const from = offsetIn(text, random);
  return replaced(text, [from, offsetIn(text, random)], '');
};

const insertAnywhere: Mutation = (text, random) => {
  const from = offsetIn(text, random);
  return replaced(text, [from, from + random.int(0, 3)], random.pick(hostileTexts));
};

const removeElement: Mutation = (text, random) => {
  const span = elementIn(text, random);
  return span === undefined ? text : replaced(text, span, '');
};

const repeatElement: Mutation = (text, random) => {
  const span = elementIn(text, random);
  if (span === undefined) return text;
  const [, end] = span;
  return replaced(text, [end, end], text.slice(...span).repeat(random.int(1, 30)));
};

const replaceElement: Mutation = (text, random) => {
  const from = elementIn(text, random);
  const to = elementIn(text, random);
  return from === undefined || to === undefined ? text : replaced(text, to, text.slice(...from));
};

const replaceContent: Mutation = (text, random) => {
  const span = groupIn(text, />([^<]{1,200})</g, 1, random);
  return span === undefined ? text : replaced(text, span, random.pick(hostileTexts));
};

const replaceAttribute: Mutation = (text, random) => {
  const span = groupIn(text, /="([^"]*)"/g, 2, random);
  return span === undefined ? text : replaced(text, span, random.pick(hostileTexts));
};

const changeTypes: Mutation = (text, random) =>
  text.replaceAll(/\b(text|date|num|bool|file|input|select)\b/g, (word) =>
    random.chance(0.8) ? word : random.pick(['text', 'num_int', 'date', 'file', 'obj', 'label', 'select']),
  );

const mutations = [
  cutAnywhere,
  insertAnywhere,
  removeElement,
  repeatElement,
  replaceElement,
  replaceContent,
  replaceAttribute,
  changeTypes,
];

/** JSON that fits no schema but by chance. */
export function randomJson(random: Random, depth: number): Json {
  const kind = random.int(0, depth > 0 ? 7 : 5);
  if (kind === 6) return Array.from({ length: random.int(0, 4) }, () => randomJson(random, depth - 1));
  if (kind === 7)
    return Object.fromEntries(
      Array.from({ length: random.int(0, 5) }, () => [
        random.pick(['F08000000001', 'G08000000001', 'x', '__proto__', 'constructor']),
        randomJson(random, depth - 1),
      ]),
    );
  const scalars = [null, true, random.int(-9, 9) / 2, random.pick(hostileTexts), ' ', 'a'.repeat(random.int(0, 2000))];
  return scalars[kind]!;
}
