import type { Ast } from './ast.js';
import { type CodePoints, has } from './code-points.js';

/** Longer examples explain nothing. */
const longest = 40;
/** How often something is repeated that has no fixed number, in the order in which it is tried. */
const repetitions = [3, 2, 1, 4, 5, 6, 8, 10, 12, 15, 20];

/** A plain text of the wanted form for a person to read, as `abc@abc.abc` or `12345`; `undefined` if none is found. */
export function exampleOf(
  ast: Ast,
  { minLength = 1, maxLength = longest }: { minLength?: number; maxLength?: number },
  matches: (text: string) => boolean,
): string | undefined {
  const most = Math.min(maxLength, longest);
  return repetitions
    .map((times) => written(ast, times))
    .find((text) => text.length >= minLength && text.length <= most && text === text.trim() && matches(text));
}

function written(ast: Ast, times: number, counter = { next: 0 }): string {
  if (ast.kind === 'set') {
    const chars = charactersFor(ast.points);
    const char = chars[counter.next++ % chars.length]!;
    return accepts(ast.points, char) ? char : chars[0]!;
  }
  if (ast.kind === 'choice') return written(ast.parts[0]!, times, counter);
  if (ast.kind === 'sequence') return ast.parts.map((part) => written(part, times, counter)).join('');
  const count = ast.max === 1 ? ast.min : Math.min(ast.max, Math.max(ast.min, times));
  const own = { next: 0 };
  let text = '';
  for (let i = 0; i < count && text.length <= longest; i++) text += written(ast.part, times, own);
  return text;
}

/** Plain characters of a set: letters where nearly anything goes, else digits, else letters, else what there is. */
function charactersFor(points: CodePoints): string {
  const [digits, ...letters] = ['123456789', 'abcdefghi', 'ABCDEFGHI'];
  const order = accepts(points, '!') ? [...letters, digits!] : [digits!, ...letters];
  const found = order.find((chars) => accepts(points, chars));
  return found ?? String.fromCodePoint(points[0]?.[0] ?? 0x3f);
}

const accepts = (points: CodePoints, char: string): boolean => has(points, char.codePointAt(0)!);
