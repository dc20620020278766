import type { Ast, Pattern } from './pattern.js';

export type Matches = (text: string) => boolean;

const mostPaths = 100_000;

/**
 * A test that cannot hang on texts up to `longest` code points: the engine's backtracking where the ways it could try
 * are few, else a simulation of all ways at once, whose time grows with text times pattern.
 */
export function matcher(pattern: Pattern, longest: number): Matches {
  if (paths(pattern.ast, longest) > mostPaths) return simulate(pattern.ast);
  const expression = new RegExp(pattern.source, 'u');
  return (text) => expression.test(text);
}

/** Upper bound of the ways a backtracking engine may take through the expression. */
function paths(ast: Ast, longest: number): number {
  if (ast.kind === 'set') return 1;
  if (ast.kind === 'choice') return ast.parts.reduce((sum, part) => sum + paths(part, longest), 0);
  if (ast.kind === 'sequence') return ast.parts.reduce((product, part) => product * paths(part, longest), 1);
  const most = Math.min(ast.max, longest);
  const once = paths(ast.part, longest);
  return once === 1 ? Math.max(1, most - ast.min + 1) : 1 + once ** most;
}

/** One state of Thompson's automaton: it reads a code point, or splits, or is the end. */
interface State {
  reads?: (char: string) => boolean;
  next: State[];
  /** Step at which the state was last entered. */
  mark: number;
}

function simulate(ast: Ast): Matches {
  const end: State = { next: [], mark: -1 };
  const start = build(ast, end);
  let step = 0;
  const enter = (state: State, active: State[]) => {
    const pending = [state];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      if (one.mark === step) continue;
      one.mark = step;
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

/** The states of `ast`, continuing at `then`. */
function build(ast: Ast, then: State): State {
  if (ast.kind === 'set') return { reads: reader(ast.source), next: [then], mark: -1 };
  if (ast.kind === 'sequence') return ast.parts.reduceRight((after, part) => build(part, after), then);
  if (ast.kind === 'choice') return { next: ast.parts.map((part) => build(part, then)), mark: -1 };
  let state = then;
  if (ast.max === Number.POSITIVE_INFINITY) {
    const loop: State = { next: [then], mark: -1 };
    loop.next.push(build(ast.part, loop));
    state = loop;
  } else for (let i = ast.min; i < ast.max; i++) state = { next: [build(ast.part, state), then], mark: -1 };
  for (let i = 0; i < ast.min; i++) state = build(ast.part, state);
  return state;
}

const readers = new Map<string, (char: string) => boolean>();

function reader(source: string): (char: string) => boolean {
  const known = readers.get(source);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${source})$`, 'u');
  const test = (char: string) => expression.test(char);
  if (readers.size < 1_000) readers.set(source, test);
  return test;
}
