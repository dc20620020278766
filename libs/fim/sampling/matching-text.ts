import type { Ast, Repetition } from '../patterns/ast.js';
import type { Random } from './random.js';

/** Where a text has about this many characters, nothing is repeated beyond its minimum any more. */
const longest = 5_000;

/** A text that an expression accepts. `more`: how many repetitions beyond a minimum may be tried. */
export const matchingText = (ast: Ast, random: Random, more: number): string =>
  generate(ast, random, more, { charactersLeft: longest });

function generate(ast: Ast, random: Random, more: number, budget: { charactersLeft: number }): string {
  if (ast.kind === 'set') {
    budget.charactersLeft--;
    return random.pick(charactersOf(ast.source));
  }
  if (ast.kind === 'choice') return generate(random.pick(ast.parts), random, more, budget);
  const parts = ast.kind === 'sequence' ? ast.parts : repeated(ast.part, timesOf(ast, random, more, budget));
  return parts.map((part) => generate(part, random, more, budget)).join('');
}

const repeated = (part: Ast, times: number): Ast[] => Array.from({ length: times }, () => part);

const timesOf = ({ min, max }: Repetition, random: Random, more: number, budget: { charactersLeft: number }) =>
  budget.charactersLeft <= 0 ? min : random.int(min, Math.min(max, min + more));

const commonCharacters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzäöüßÄÖÜé-./,@_+:;()&#\'" '];
const charactersBySource = new Map<string, string[]>();
const mostSources = 1_000;

/** Characters that a set accepts: the common ones among them, or else the first there is. */
function charactersOf(source: string): string[] {
  const known = charactersBySource.get(source);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${source})$`, 'u');
  const common = commonCharacters.filter((char) => expression.test(char));
  const characters = common.length > 0 ? common : [firstAccepted(expression) ?? ' '];
  if (charactersBySource.size < mostSources) charactersBySource.set(source, characters);
  return characters;
}

function firstAccepted(expression: RegExp): string | undefined {
  for (let code = 0x21; code < 0xffff; code++) {
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (!isSurrogate && expression.test(String.fromCodePoint(code))) return String.fromCodePoint(code);
  }
  return undefined;
}
