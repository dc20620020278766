import { type CodePoints, print as printSet } from './code-points.js';

/** A regular expression, parsed. */
export type Ast =
  | { kind: 'set' /** One code point of them. */; points: CodePoints }
  | { kind: 'sequence'; parts: Ast[] }
  | { kind: 'choice'; parts: Ast[] }
  | ({ kind: 'repeat'; part: Ast } & Repetition);

export interface Repetition {
  min: number;
  /** `Infinity` for no limit. */
  max: number;
}

/** Source for the `u` flag of ECMAScript, which Python, Java and Go read alike (`code-points.ts`). */
export function print(ast: Ast): string {
  if (ast.kind === 'set') return printSet(ast.points);
  if (ast.kind === 'choice') return `(?:${ast.parts.map(print).join('|')})`;
  if (ast.kind === 'sequence') return ast.parts.map(print).join('');
  const part = ast.part.kind === 'set' ? print(ast.part) : `(?:${print(ast.part)})`;
  return `${part}${printQuantifier(ast)}`;
}

function printQuantifier({ min, max }: Repetition): string {
  if (min === 0 && max === 1) return '?';
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/** Size of the expression with its repetitions written out. */
export function stateCount(ast: Ast): number {
  if (ast.kind === 'set') return 1;
  if (ast.kind === 'repeat')
    return stateCount(ast.part) * Math.max(1, ast.max === Number.POSITIVE_INFINITY ? ast.min + 1 : ast.max) + 1;
  return ast.parts.reduce((sum, part) => sum + stateCount(part), 1);
}

/** How often one part may be repeated by all quantifiers around it; Go refuses expressions with more than 1,000. */
export function mostRepeated(ast: Ast): number {
  if (ast.kind === 'set') return 1;
  if (ast.kind !== 'repeat') return Math.max(1, ...ast.parts.map(mostRepeated));
  return Math.max(1, ast.max === Number.POSITIVE_INFINITY ? ast.min : ast.max) * mostRepeated(ast.part);
}
