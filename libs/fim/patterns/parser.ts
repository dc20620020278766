import { texts } from '../texts/findings.js';
import type { Ast, Repetition } from './ast.js';
import { blocks, escapes, isCategory, literal, literalInSet, standsForMany } from './characters.js';

const deepest = 30;
const mostRepeats = 1_000;

/** The expression cannot be checked; the message is the German reason. */
export class Untranslatable extends Error {}

/**
 * Recursive descent over the grammar of XSD 1.0, appendix F:
 * choice = sequence ('|' sequence)*, sequence = repeat*, repeat = atom quantifier?
 */
export class Parser {
  private readonly chars: string[];
  private at = 0;

  constructor(text: string) {
    this.chars = [...text];
  }

  /** @throws Untranslatable */
  parse(): Ast {
    const ast = this.choice(0);
    if (this.at < this.chars.length) throw new Untranslatable(texts.pattern.unopened);
    return ast;
  }

  private choice(depth: number): Ast {
    if (depth > deepest) throw new Untranslatable(texts.pattern.tooDeep);
    const parts = [this.sequence(depth)];
    while (this.take('|')) parts.push(this.sequence(depth));
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  private sequence(depth: number): Ast {
    const parts: Ast[] = [];
    while (this.at < this.chars.length && this.peek() !== '|' && this.peek() !== ')') parts.push(this.repeat(depth));
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  private repeat(depth: number): Ast {
    const part = this.atom(depth);
    const repetition = this.quantifier();
    if (repetition === undefined) return part;
    if (this.quantifier() !== undefined) throw new Untranslatable(texts.pattern.twoQuantifiers);
    return { kind: 'repeat', part, ...repetition };
  }

  private quantifier(): Repetition | undefined {
    if (this.take('?')) return { min: 0, max: 1 };
    if (this.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    return this.peek() === '{' ? this.bracedQuantifier() : undefined;
  }

  private bracedQuantifier(): Repetition {
    const match = this.match(/^\{(\d{1,6})(,(\d{1,6})?)?\}/);
    if (match === undefined) throw new Untranslatable(texts.pattern.malformedQuantifier);
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (min > max) throw new Untranslatable(texts.pattern.quantifierMinAboveMax);
    if (min > mostRepeats || (max !== Number.POSITIVE_INFINITY && max > mostRepeats))
      throw new Untranslatable(texts.pattern.largeQuantifier(mostRepeats));
    return { min, max };
  }

  private atom(depth: number): Ast {
    const char = this.chars[this.at++]!;
    if (char === '(') return this.parenthesis(depth);
    if (char === '[') return { kind: 'set', source: this.set(0) };
    if (char === '.') return { kind: 'set', source: '[^\\n\\r]' };
    if (char === '\\') return { kind: 'set', source: `[${this.escape()}]` };
    if (char === '^' || char === '$') throw new Untranslatable(texts.pattern.anchorInside);
    if ('?*+{}]'.includes(char)) throw new Untranslatable(texts.pattern.misplaced(char));
    return { kind: 'set', source: literal(char) };
  }

  private parenthesis(depth: number): Ast {
    if (this.take('?') && !this.take(':')) throw new Untranslatable(texts.pattern.lookAhead);
    const inside = this.choice(depth + 1);
    if (!this.take(')')) throw new Untranslatable(texts.pattern.unclosed);
    return inside;
  }

  /** After `[`. A subtraction `[a-z-[aeiou]]` becomes a look-ahead. */
  private set(depth: number): string {
    if (depth > deepest) throw new Untranslatable(texts.pattern.tooDeep);
    const negated = this.take('^');
    let members = '';
    while (this.peek() !== ']') {
      if (this.at >= this.chars.length) throw new Untranslatable(texts.pattern.unclosedSet);
      if (this.peek() === '-' && this.chars[this.at + 1] === '[') return this.subtraction(negated, members, depth);
      members += this.member();
    }
    this.at++;
    if (members === '') throw new Untranslatable(texts.pattern.emptySet);
    return `[${negated ? '^' : ''}${members}]`;
  }

  private subtraction(negated: boolean, members: string, depth: number): string {
    this.at += 2;
    const without = this.set(depth + 1);
    if (!this.take(']')) throw new Untranslatable(texts.pattern.afterSubtraction);
    if (members === '') throw new Untranslatable(texts.pattern.emptySet);
    return `(?:(?!${without})[${negated ? '^' : ''}${members}])`;
  }

  /** A character, an escape or a range. */
  private member(): string {
    const [from, isSingle] = this.memberChar();
    if (this.peek() !== '-' || !isSingle || [']', '[', undefined].includes(this.chars[this.at + 1])) return from;
    this.at++;
    const [to, isAlsoSingle] = this.memberChar();
    if (!isAlsoSingle) throw new Untranslatable(texts.pattern.rangeEnd);
    return `${from}-${to}`;
  }

  /** Source of one member, and whether it is a single character, which may bound a range. */
  private memberChar(): [source: string, isSingle: boolean] {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable(texts.pattern.unclosedSet);
    if (char === '[') throw new Untranslatable(texts.pattern.openBracketInSet);
    if (char !== '\\') return [literalInSet(char), true];
    const isSingle = !standsForMany(this.peek());
    return [this.escape(), isSingle];
  }

  /** After `\`. Returns source that may stand inside `[…]`. */
  private escape(): string {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable(texts.pattern.trailingBackslash);
    if (char === 'p' || char === 'P') return this.property(char);
    const known = escapes.get(char);
    if (known !== undefined) return known;
    if (/\w/.test(char)) throw new Untranslatable(texts.pattern.unknownEscape(char));
    return literalInSet(char);
  }

  /** After `\p` or `\P`. */
  private property(letter: string): string {
    const name = this.match(/^\{([A-Za-z0-9-]{1,40})\}/)?.[1];
    if (name === undefined) throw new Untranslatable(texts.pattern.malformedProperty);
    if (isCategory(name)) return `\\${letter}{${name}}`;
    const block = blocks.get(name);
    if (block === undefined || letter === 'P') throw new Untranslatable(texts.pattern.unknownBlock(name));
    return block;
  }

  private peek = (): string | undefined => this.chars[this.at];

  private take(char: string): boolean {
    if (this.chars[this.at] !== char) return false;
    this.at++;
    return true;
  }

  /** Matches what comes next, all of it ASCII, and moves behind it. */
  private match(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.chars.slice(this.at, this.at + 44).join(''));
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }
}
