/** Where the parts of a JSON text stand. */
export interface JsonLines {
  /** JSON pointer to line, from 1. */
  lines: Map<string, number>;
  /** Pointers of members that an object has twice; `JSON.parse` would silently take the last. */
  doubled: string[];
}

interface Open {
  pointer: string;
  /** The next entry's index in a list; in an object the current member's name. */
  at: number | string;
  awaitsName: boolean;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Of a text that `JSON.parse` takes. */
export function jsonLines(text: string): JsonLines {
  const lines = new Map<string, number>();
  const doubled: string[] = [];
  const open: Open[] = [];
  let line = 1;
  let from = 0;
  for (const { 0: word, index } of text.matchAll(token)) {
    for (; from < index; from++) if (text[from] === '\n') line++;
    const inside = open.at(-1);
    if (word === ':') continue;
    if (word === ',') {
      if (typeof inside?.at === 'number') inside.at++;
      else if (inside !== undefined) inside.awaitsName = true;
    } else if (word === '}' || word === ']') open.pop();
    else if (inside?.awaitsName) {
      inside.at = JSON.parse(word) as string;
      inside.awaitsName = false;
      if (lines.has(pointerOf(inside))) doubled.push(pointerOf(inside));
      lines.set(pointerOf(inside), line);
    } else {
      const pointer = inside === undefined ? '' : pointerOf(inside);
      if (typeof inside?.at !== 'string') lines.set(pointer, line);
      if (word === '{') open.push({ pointer, at: '', awaitsName: true });
      if (word === '[') open.push({ pointer, at: 0, awaitsName: false });
    }
  }
  return { lines, doubled };
}

const pointerOf = ({ pointer, at }: Open) => `${pointer}/${at}`;
