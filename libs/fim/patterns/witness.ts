import type { Ast } from './ast.js';
import { build, newState, type State } from './automaton.js';
import { type CodePoints, complement, ranges, union, without } from './code-points.js';

/** Steps of the search, states times characters. Beyond it nothing is known. */
const most = 20_000_000;

/**
 * A text of `min` to `max` code points that an expression accepts, made of `allowed` ones and not blank at its ends, as
 * a form's texts are trimmed; `none` where there is no such text, `undefined` where the search would take too long.
 */
export function witness(ast: Ast, min: number, max: number, allowed: CodePoints): string | 'none' | undefined {
  const automaton = flatten(ast, allowed);
  const longest = Math.min(max, Math.floor(most / (automaton.readers.length + 1)));
  const ways = [endings(automaton)];
  for (let length = 1; length <= longest; length++) {
    const way = ways[length - 1]!;
    if (!way.includes(1)) return 'none';
    const fits = automaton.first.some((i) => way[i] === 1 && startsAt(automaton, i));
    if (length >= min && fits) return textOf(automaton, ways, length);
    ways.push(earlier(automaton, way));
  }
  return longest < max ? undefined : 'none';
}

/** What `trim` takes away (ECMA-262, WhiteSpace and LineTerminator). */
const blank = ranges('\t-\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}');

interface Reader {
  /** What it may read anywhere, and at the first or last character. */
  inside: CodePoints;
  atEnd: CodePoints;
  /** Readers that come next, as indexes. */
  next: number[];
  /** Whether the text may end behind it. */
  ends: boolean;
}
interface Automaton {
  readers: Reader[];
  first: number[];
}
/** By reader: 1 where a text of a certain length can begin with it and be accepted. */
type Ways = Uint8Array;

function flatten(ast: Ast, allowed: CodePoints): Automaton {
  const end = newState([]);
  const start = build(ast, end);
  const indexes = new Map<State, number>();
  const readers: Reader[] = [];
  const readersFrom = (state: State, seen = new Set<State>()): { next: number[]; ends: boolean } => {
    const next: number[] = [];
    let ends = false;
    const pending = [state];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      if (one === end) ends = true;
      else if (one.reads === undefined) pending.push(...one.next);
      else next.push(indexOf(one));
    }
    return { next, ends };
  };
  const unread: State[] = [];
  const indexOf = (state: State): number => {
    const known = indexes.get(state);
    if (known !== undefined) return known;
    const inside = common(state.reads!, allowed);
    const index = readers.push({ inside, atEnd: without(inside, blank), next: [], ends: false }) - 1;
    indexes.set(state, index);
    unread.push(state);
    return index;
  };
  const first = readersFrom(start).next;
  for (let state = unread.pop(); state !== undefined; state = unread.pop())
    Object.assign(readers[indexes.get(state)!]!, readersFrom(state.next[0]!));
  return { readers, first };
}

const common = (a: CodePoints, b: CodePoints): CodePoints => complement(union(complement(a), complement(b)));

/** Texts of one character. */
const endings = ({ readers }: Automaton): Ways =>
  Uint8Array.from(readers, ({ atEnd, ends }) => Number(ends && atEnd.length > 0));

/** Texts of one character more than `later`. */
const earlier = ({ readers }: Automaton, later: Ways): Ways =>
  Uint8Array.from(readers, ({ inside, next }) => Number(inside.length > 0 && next.some((i) => later[i] === 1)));

const startsAt = ({ readers }: Automaton, i: number): boolean => readers[i]!.atEnd.length > 0;

function textOf(automaton: Automaton, ways: Ways[], length: number): string {
  let text = '';
  let candidates = automaton.first.filter((i) => startsAt(automaton, i));
  for (let left = length; left > 0; left--) {
    const chosen = automaton.readers[candidates.find((i) => ways[left - 1]![i] === 1)!]!;
    const [first] = left === length || left === 1 ? chosen.atEnd : chosen.inside;
    text += String.fromCodePoint(first![0]);
    candidates = chosen.next;
  }
  return text;
}
