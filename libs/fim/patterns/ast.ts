/** A regular expression, parsed. */
export type Ast =
  | { kind: 'set' /** ECMAScript source that matches one code point. */; source: string }
  | { kind: 'sequence'; parts: Ast[] }
  | { kind: 'choice'; parts: Ast[] }
  | ({ kind: 'repeat'; part: Ast } & Repetition);

export interface Repetition {
  min: number;
  /** `Infinity` for no limit. */
  max: number;
}

/** ECMAScript source, for the `u` flag. */
export function print(ast: Ast): string {
  if (ast.kind === 'set') return ast.source;
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
