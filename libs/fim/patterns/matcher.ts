import type { Ast } from './ast.js';
import { has } from './code-points.js';
import type { Pattern } from './pattern.js';

export type Matches = (text: string) => boolean;

/** Beyond this the engine's backtracking is not trusted. */
const mostPaths = 100_000;

/**
 * A test that cannot hang on texts up to `longest` code points: the engine's backtracking where the ways it could try
 * are few, else a simulation of all ways at once, whose time grows with text times pattern.
 */
export function matcher(pattern: Pattern, longest: number): Matches {
  if (mostPathsOf(pattern.ast, longest) > mostPaths) return simulation(pattern.ast);
  const expression = new RegExp(pattern.source, 'u');
  return (text) => expression.test(text);
}

/** Upper bound of the ways a backtracking engine may take through the expression. */
function mostPathsOf(ast: Ast, longest: number): number {
  if (ast.kind === 'set') return 1;
  if (ast.kind === 'choice') return ast.parts.reduce((sum, part) => sum + mostPathsOf(part, longest), 0);
  if (ast.kind === 'sequence') return ast.parts.reduce((product, part) => product * mostPathsOf(part, longest), 1);
  const most = Math.min(ast.max, longest);
  const once = mostPathsOf(ast.part, longest);
  return once === 1 ? Math.max(1, most - ast.min + 1) : 1 + once ** most;
}

/** A state of Thompson's automaton: one that reads a code point, one that splits, or the end. */
interface State {
  /** Absent where the state splits, and at the end. */
  reads?: (char: string) => boolean;
  next: State[];
  /** The step at which the state was last entered, so that none is entered twice. */
  enteredAt: number;
}

const newState = (next: State[], reads?: State['reads']): State => ({ reads, next, enteredAt: -1 });

function simulation(ast: Ast): Matches {
  const end = newState([]);
  const start = build(ast, end);
  let step = 0;
  const enter = (state: State, active: State[]) => {
    const pending = [state];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      if (one.enteredAt === step) continue;
      one.enteredAt = step;
      if (one.reads !== undefined || one === end) active.push(one);
      else pending.push(...one.next);
    }
  };
  return (text) => {
    step++;
    let active: State[] = [];
    enter(start, active);
    for (const char of text) {
      const before = active;
      active = [];
      step++;
      for (const state of before) if (state.reads?.(char)) enter(state.next[0]!, active);
      if (active.length === 0) return false;
    }
    return active.includes(end);
  };
}

/** The first state of an automaton for `ast` that goes on with `then`. */
function build(ast: Ast, then: State): State {
  if (ast.kind === 'set') return newState([then], (char) => has(ast.points, char.codePointAt(0)!));
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
