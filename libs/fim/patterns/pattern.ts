import { texts } from '../texts/findings.js';
import { type Ast, print, stateCount } from './ast.js';
import { Parser, Untranslatable } from './parser.js';

/**
 * A regular expression in the dialect of XML Schema (XSD 1.0, appendix F): always anchored, with character class
 * subtraction, `\i` and `\c`. Translated to an anchored expression that other dialects read alike.
 */
export interface Pattern {
  ast: Ast;
  /** Source for `new RegExp(source, 'u')`, and for Python, Java and Go. */
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
  try {
    const parser = new Parser(written);
    const ast = parser.parse();
    if (stateCount(ast) > mostStates) return texts.pattern.tooLarge;
    return { ast, source: `^(?:${print(ast)})$`, doubts: [...parser.doubts] };
  } catch (error) {
    if (error instanceof Untranslatable) return error.message;
    throw error;
  }
}

/** The pattern of a field, where it has one that can be checked. */
export function checkablePattern(written: string | undefined): Pattern | undefined {
  const pattern = written === undefined ? undefined : parsePattern(written);
  return typeof pattern === 'string' ? undefined : pattern;
}
