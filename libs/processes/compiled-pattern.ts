/**
 * A regular expression whose time is known before it runs: characters, classes and their repetitions in a row,
 * alternatives of such rows, and groups that are not repeated. Then nothing is repeated within a repetition, so a row
 * with k of them takes at most n^k steps from each place of n where it may begin. Look-around and back references are
 * outside.
 */
export interface Pattern {
  expression: RegExp;
  /** Steps for a text of so many characters, however often it matches. */
  cost(characters: number): number;
}

const structure = /(?<open>\((?:\?:)?)|(?<close>\))|(?<bar>\|)|(?<anchor>\^|\$|\\[bB])/.source;
const escaped = /\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[dDwWsStrnfv]|\\[^a-zA-Z0-9]/.source;
const characters = /\[(?:[^\]\\]|\\[\s\S])*\]|[^\\^$*+?()[\]{}|]/.source;
const repeated = /(?<times>[*+?]\??|\{\d+(?:,\d*)?\}\??)?/.source;
const token = new RegExp(`${structure}|(?:${escaped}|${characters})${repeated}`, 'y');

interface Row {
  anchored: boolean;
  /** How often each part may be repeated. */
  times: number[];
}

/** `undefined` if it is outside. */
export function patternOf(expression: RegExp): Pattern | undefined {
  const { source, flags } = expression;
  const rows: Row[] = [];
  let row: Row = { anchored: false, times: [] };
  let inGroup = false;
  token.lastIndex = 0;
  let first = true;
  while (token.lastIndex < source.length) {
    const { open, close, bar, anchor, times } = token.exec(source)?.groups ?? { open: '(', close: ')' };
    if (open ? inGroup || close : close ? !inGroup : bar && inGroup) return undefined;
    if (open) inGroup = true;
    else if (close) inGroup = false;
    else if (bar) rows.push(row);
    else if (!anchor) row.times.push(mostOf(times));
    else if (first && anchor === '^') row.anchored = !flags.includes('m');
    first = bar !== undefined;
    if (bar) row = { anchored: false, times: [] };
    if (anchor && anchor !== '^') row.times.push(1); // what stands before it is not the last of its row
  }
  rows.push(row);
  return { expression, cost: (characters) => rows.reduce((sum, row) => sum + costOf(row, characters), characters) };
}

function mostOf(times: string | undefined): number {
  if (times === undefined) return 1;
  if (times.startsWith('?')) return 2;
  const [, least, , most] = /^\{(\d+)(,(\d*))?/.exec(times) ?? [];
  if (least === undefined) return Number.POSITIVE_INFINITY;
  return most === '' ? Number.POSITIVE_INFINITY : Number(most ?? least) + 1;
}

/** The last repetition of a row never gives back what it took: nothing after it can fail. */
function costOf({ anchored, times }: Row, characters: number): number {
  const counted = times.at(-1) === Number.POSITIVE_INFINITY ? times.slice(0, -1) : times;
  const fromOnePlace = counted.reduce((product, most) => product * Math.min(most, characters + 1), 1);
  return fromOnePlace * (anchored ? 1 : characters + 1);
}
