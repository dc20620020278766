import type { Ast, Repetition } from '../patterns/ast.js';
import { type CodePoints, has } from '../patterns/code-points.js';
import type { Random } from './random.js';

/** Where a text has about this many characters, nothing is repeated beyond its minimum any more. */
const longest = 5_000;

/** A text that an expression accepts. `more`: how many repetitions beyond a minimum may be tried. */
export const matchingText = (ast: Ast, random: Random, more: number): string =>
  generate(ast, random, more, { charactersLeft: longest });

function generate(ast: Ast, random: Random, more: number, budget: { charactersLeft: number }): string {
  if (ast.kind === 'set') {
    budget.charactersLeft--;
    return random.pick(charactersOf(ast.points));
  }
  if (ast.kind === 'choice') return generate(random.pick(ast.parts), random, more, budget);
  const parts = ast.kind === 'sequence' ? ast.parts : repeated(ast.part, timesOf(ast, random, more, budget));
  return parts.map((part) => generate(part, random, more, budget)).join('');
}

const repeated = (part: Ast, times: number): Ast[] => Array.from({ length: times }, () => part);

const timesOf = ({ min, max }: Repetition, random: Random, more: number, budget: { charactersLeft: number }) =>
  budget.charactersLeft <= 0 ? min : random.int(min, Math.min(max, min + more));

const commonCharacters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzäöüßÄÖÜé-./,@_+:;()&#\'" '];
const charactersOfSets = new WeakMap<CodePoints, string[]>();

/** Characters of a set: the common ones among them, or else the first visible one there is. */
function charactersOf(set: CodePoints): string[] {
  const known = charactersOfSets.get(set);
  if (known !== undefined) return known;
  const common = commonCharacters.filter((char) => has(set, char.codePointAt(0)!));
  const characters = common.length > 0 ? common : [firstOf(set)];
  charactersOfSets.set(set, characters);
  return characters;
}

function firstOf(set: CodePoints): string {
  const visible = set.find(([, to]) => to > 0x20) ?? set[0];
  return visible === undefined
    ? ' '
    : String.fromCodePoint(visible[1] > 0x20 ? Math.max(visible[0], 0x21) : visible[0]);
}
