import type { Ast } from './ast.js';
import type { CodePoints } from './code-points.js';

/** A state of Thompson's automaton: one that reads a code point, one that splits, or the end. */
export interface State {
  /** What it reads. Absent where the state splits, and at the end. */
  reads?: CodePoints;
  next: State[];
  /** The step at which the state was last entered, so that none is entered twice. */
  enteredAt: number;
}

export const newState = (next: State[], reads?: CodePoints): State => ({ reads, next, enteredAt: -1 });

/** The first state of an automaton for `ast` that goes on with `then`. */
export function build(ast: Ast, then: State): State {
  if (ast.kind === 'set') return newState([then], ast.points);
  if (ast.kind === 'sequence') return ast.parts.reduceRight((after, part) => build(part, after), then);
  if (ast.kind === 'choice') return newState(ast.parts.map((part) => build(part, then)));
  let state = then;
  if (ast.max === Number.POSITIVE_INFINITY) {
    state = newState([then]);
    state.next.push(build(ast.part, state));
  } else for (let i = ast.min; i < ast.max; i++) state = newState([build(ast.part, state), then]);
  for (let i = 0; i < ast.min; i++) state = build(ast.part, state);
  return state;
}
