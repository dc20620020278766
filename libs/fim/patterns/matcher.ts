import type { Ast } from './ast.js';
import { build, newState, type State } from './automaton.js';
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
      const code = char.codePointAt(0)!;
      for (const state of before) if (state.reads && has(state.reads, code)) enter(state.next[0]!, active);
      if (active.length === 0) return false;
    }
    return active.includes(end);
  };
}
