import { texts } from '../texts/findings.js';
import type { Ast, Repetition } from './ast.js';
import { blocks, categorySet, escapedChars, escapeSet } from './characters.js';
import { type CodePoints, complement, one, union, without } from './code-points.js';

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
  /** German sentences about what was guessed. */
  readonly doubts = new Set<string>();

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
    if (depth === 0 && this.take('^')) this.doubts.add(texts.pattern.anchors);
    while (this.at < this.chars.length && this.peek() !== '|' && this.peek() !== ')')
      if (depth === 0 && this.atEndAnchor()) this.doubts.add(texts.pattern.anchors);
      else parts.push(this.repeat(depth));
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  /** XSD has no anchors. Authors write them all the same, so one at each end is taken as meant. */
  private atEndAnchor(): boolean {
    return ['|', undefined].includes(this.chars[this.at + 1]) && this.take('$');
  }

  private repeat(depth: number): Ast {
    const part = this.atom(depth);
    const repetition = this.quantifier();
    if (repetition === undefined) return part;
    if (this.take('?')) this.doubts.add(texts.pattern.lazy);
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
    if (char === '[') return { kind: 'set', points: this.set(0) };
    if (char === '.') return { kind: 'set', points: complement(union(one('\n'), one('\r'))) };
    if (char === '\\') return { kind: 'set', points: this.escape() };
    if (char === '^' || char === '$') throw new Untranslatable(texts.pattern.anchorInside);
    if ('?*+{}]'.includes(char)) throw new Untranslatable(texts.pattern.misplaced(char));
    return { kind: 'set', points: one(char) };
  }

  private parenthesis(depth: number): Ast {
    if (this.take('?') && !this.take(':')) throw new Untranslatable(texts.pattern.lookAhead);
    const inside = this.choice(depth + 1);
    if (!this.take(')')) throw new Untranslatable(texts.pattern.unclosed);
    return inside;
  }

  /** After `[`. */
  private set(depth: number): CodePoints {
    if (depth > deepest) throw new Untranslatable(texts.pattern.tooDeep);
    const negated = this.take('^');
    const members: CodePoints[] = [];
    let less: CodePoints = [];
    while (this.peek() !== ']') {
      if (this.at >= this.chars.length) throw new Untranslatable(texts.pattern.unclosedSet);
      if (this.peek() === '-' && this.chars[this.at + 1] === '[') less = this.subtraction(depth);
      else members.push(this.member());
    }
    this.at++;
    if (members.length === 0) throw new Untranslatable(texts.pattern.emptySet);
    const points = negated ? complement(union(...members)) : union(...members);
    return less.length === 0 ? points : without(points, less);
  }

  /** At `-[`, the last thing of a set: `[a-z-[aeiou]]`. */
  private subtraction(depth: number): CodePoints {
    this.at += 2;
    const less = this.set(depth + 1);
    if (this.peek() !== ']') throw new Untranslatable(texts.pattern.afterSubtraction);
    return less;
  }

  /** A character, an escape or a range. */
  private member(): CodePoints {
    const from = this.memberPoints();
    const first = charOf(from);
    if (this.peek() !== '-' || first === undefined || [']', '[', undefined].includes(this.chars[this.at + 1]))
      return from;
    this.at++;
    const last = charOf(this.memberPoints());
    if (last === undefined) throw new Untranslatable(texts.pattern.rangeEnd);
    if (last < first) throw new Untranslatable(texts.pattern.invalid);
    return [[first, last]];
  }

  private memberPoints(): CodePoints {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable(texts.pattern.unclosedSet);
    if (char === '[') throw new Untranslatable(texts.pattern.openBracketInSet);
    return char === '\\' ? this.escape() : one(char);
  }

  /** After `\`. */
  private escape(): CodePoints {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable(texts.pattern.trailingBackslash);
    if (char === 'p' || char === 'P') return this.property(char);
    const known = escapeSet(char);
    if (known !== undefined) {
      if (char === 'w' || char === 'W') this.doubts.add(texts.pattern.word(char));
      return known;
    }
    const code = char === 'u' ? this.match(/^[\dA-Fa-f]{4}/) : char === 'x' ? this.match(/^[\dA-Fa-f]{2}/) : undefined;
    if (code !== undefined) {
      this.doubts.add(texts.pattern.byNumber);
      return one(String.fromCodePoint(Number.parseInt(code[0], 16)));
    }
    const single = escapedChars.get(char);
    if (single === undefined && /\w/.test(char)) throw new Untranslatable(texts.pattern.unknownEscape(char));
    return one(single ?? char);
  }

  /** After `\p` or `\P`. */
  private property(letter: string): CodePoints {
    const name = this.match(/^\{([A-Za-z0-9-]{1,40})\}/)?.[1];
    if (name === undefined) throw new Untranslatable(texts.pattern.malformedProperty);
    const points = categorySet(name) ?? blocks.get(name);
    if (points === undefined) throw new Untranslatable(texts.pattern.unknownBlock(name));
    return letter === 'p' ? points : complement(points);
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

/** The code point of a set of one. */
const charOf = ([range, ...more]: CodePoints): number | undefined =>
  range !== undefined && more.length === 0 && range[0] === range[1] ? range[0] : undefined;
