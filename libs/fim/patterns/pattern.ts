import { texts } from '../texts/findings.js';
import { type Ast, print, stateCount } from './ast.js';
import { Parser, Untranslatable } from './parser.js';

/**
 * A regular expression in the dialect of XML Schema (XSD 1.0, appendix F): always anchored, with character class
 * subtraction, `\i` and `\c`. Translated to an anchored ECMAScript expression with the `u` flag.
 */
export interface Pattern {
  ast: Ast;
  /** Source for `new RegExp(source, 'u')`. */
  source: string;
  /** German sentences about what was guessed. */
  doubts: string[];
}

/** In characters. */
const longest = 2_000;
const mostStates = 2_000;

/** Returns the German reason where the expression cannot be checked. */
export function parsePattern(written: string): Pattern | string {
  if (written.length > longest) return texts.pattern.tooLong(longest);
  const { text, doubts } = withoutAnchors(written);
  try {
    const ast = new Parser(text).parse();
    const source = `^(?:${print(ast)})$`;
    new RegExp(source, 'u');
    return stateCount(ast) > mostStates ? texts.pattern.tooLarge : { ast, source, doubts };
  } catch (error) {
    if (error instanceof Untranslatable) return error.message;
    if (error instanceof SyntaxError) return texts.pattern.invalid;
    throw error;
  }
}

/** The pattern of a field, where it has one that can be checked. */
export function checkablePattern(written: string | undefined): Pattern | undefined {
  const pattern = written === undefined ? undefined : parsePattern(written);
  return typeof pattern === 'string' ? undefined : pattern;
}

/** XSD has no anchors. Authors write them all the same, so one at each end is taken as meant. */
function withoutAnchors(written: string): { text: string; doubts: string[] } {
  const start = written.startsWith('^') ? 1 : 0;
  const end = written.endsWith('$') && !written.endsWith('\\$') ? written.length - 1 : written.length;
  const text = written.slice(start, end);
  return { text, doubts: text.length < written.length ? [texts.pattern.anchors] : [] };
}
