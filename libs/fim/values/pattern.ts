/**
 * Regular expressions in the dialect of XML Schema (XSD 1.0, appendix F): always anchored, with character class
 * subtraction, `\i` and `\c`. Translated to an anchored ECMAScript expression with the `u` flag.
 */

export type Ast =
  | { kind: 'set' /** ECMAScript source that matches one code point. */; source: string }
  | { kind: 'sequence'; parts: Ast[] }
  | { kind: 'choice'; parts: Ast[] }
  | { kind: 'repeat'; part: Ast; min: number; max: number };

export interface Pattern {
  ast: Ast;
  /** Source for `new RegExp(source, 'u')`. */
  source: string;
  /** German sentences about what was guessed. */
  doubts: string[];
}

const longest = 2_000;
const deepest = 30;
const mostRepeats = 1_000;
const mostStates = 2_000;

class Untranslatable extends Error {}

/** Answers a German reason when the expression cannot be checked. */
export function parsePattern(written: string): Pattern | string {
  if (written.length > longest) return `Es ist länger als ${longest} Zeichen.`;
  const doubts: string[] = [];
  try {
    const ast = new Parser(unanchored(written, doubts)).parse();
    const source = `^(?:${print(ast)})$`;
    new RegExp(source, 'u');
    if (stateCount(ast) > mostStates) return 'Es ist zu umfangreich.';
    return { ast, source, doubts };
  } catch (error) {
    if (error instanceof Untranslatable) return error.message;
    if (error instanceof SyntaxError) return 'Es ist kein gültiger regulärer Ausdruck.';
    throw error;
  }
}

/** XSD has no anchors; authors write them all the same, so one at each end is taken as meant. */
function unanchored(written: string, doubts: string[]): string {
  const start = written.startsWith('^') ? 1 : 0;
  const end = written.endsWith('$') && !written.endsWith('\\$') ? written.length - 1 : written.length;
  if (start > 0 || end < written.length)
    doubts.push(
      'Das Muster beginnt mit ^ oder endet mit $. In XML-Schema sind das gewöhnliche Zeichen; hier gelten sie als Anker.',
    );
  return written.slice(start, end);
}

class Parser {
  private readonly chars: string[];
  private at = 0;

  constructor(text: string) {
    this.chars = [...text];
  }

  parse(): Ast {
    const ast = this.choice(0);
    if (this.at < this.chars.length) throw new Untranslatable('Eine Klammer ist nicht geöffnet.');
    return ast;
  }

  private choice(depth: number): Ast {
    if (depth > deepest) throw new Untranslatable('Es ist zu tief geschachtelt.');
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
    const range = this.quantifier();
    if (range === undefined) return part;
    if (this.quantifier() !== undefined) throw new Untranslatable('Zwei Wiederholungszeichen folgen aufeinander.');
    return { kind: 'repeat', part, ...range };
  }

  private quantifier(): { min: number; max: number } | undefined {
    if (this.take('?')) return { min: 0, max: 1 };
    if (this.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.peek() !== '{') return undefined;
    const match = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(this.chars.slice(this.at, this.at + 20).join(''));
    if (match === null) throw new Untranslatable('Eine Wiederholung in {} ist falsch geschrieben.');
    this.at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (min > max) throw new Untranslatable('Eine Wiederholung hat ein Minimum über dem Maximum.');
    if (min > mostRepeats || (max !== Number.POSITIVE_INFINITY && max > mostRepeats))
      throw new Untranslatable(`Eine Wiederholung ist größer als ${mostRepeats}.`);
    return { min, max };
  }

  private atom(depth: number): Ast {
    const char = this.chars[this.at++]!;
    if (char === '(') return this.parenthesis(depth);
    if (char === '[') return { kind: 'set', source: this.set(0) };
    if (char === '.') return { kind: 'set', source: '[^\\n\\r]' };
    if (char === '\\') return { kind: 'set', source: `[${this.escape()}]` };
    if (char === '^' || char === '$') throw new Untranslatable('Ein Anker (^ oder $) steht mitten im Ausdruck.');
    if ('?*+{}]'.includes(char)) throw new Untranslatable(`Das Zeichen „${char}“ steht an falscher Stelle.`);
    return { kind: 'set', source: literal(char) };
  }

  private parenthesis(depth: number): Ast {
    if (this.take('?') && !this.take(':'))
      throw new Untranslatable('Vorausschau und benannte Gruppen gibt es in XML-Schema nicht.');
    const inside = this.choice(depth + 1);
    if (!this.take(')')) throw new Untranslatable('Eine Klammer ist nicht geschlossen.');
    return inside;
  }

  /** After `[`. A subtraction `[a-z-[aeiou]]` becomes a look-ahead. */
  private set(depth: number): string {
    if (depth > deepest) throw new Untranslatable('Es ist zu tief geschachtelt.');
    const negated = this.take('^');
    let members = '';
    while (this.peek() !== ']') {
      if (this.at >= this.chars.length) throw new Untranslatable('Eine Zeichenklasse ist nicht geschlossen.');
      if (this.peek() === '-' && this.chars[this.at + 1] === '[') return this.subtraction(negated, members, depth);
      members += this.member();
    }
    this.at++;
    if (members === '') throw new Untranslatable('Eine Zeichenklasse ist leer.');
    return `[${negated ? '^' : ''}${members}]`;
  }

  private subtraction(negated: boolean, members: string, depth: number): string {
    this.at += 2;
    const without = this.set(depth + 1);
    if (!this.take(']')) throw new Untranslatable('Nach einer Subtraktion muss die Zeichenklasse enden.');
    if (members === '') throw new Untranslatable('Eine Zeichenklasse ist leer.');
    return `(?:(?!${without})[${negated ? '^' : ''}${members}])`;
  }

  private member(): string {
    const [from, single] = this.memberChar();
    if (this.peek() !== '-' || !single || [']', '[', undefined].includes(this.chars[this.at + 1])) return from;
    this.at++;
    const [to, alsoSingle] = this.memberChar();
    if (!alsoSingle) throw new Untranslatable('Ein Bereich in einer Zeichenklasse endet nicht mit einem Zeichen.');
    return `${from}-${to}`;
  }

  /** Source of one member, and whether it is a single character (able to bound a range). */
  private memberChar(): [string, boolean] {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable('Eine Zeichenklasse ist nicht geschlossen.');
    if (char === '[') throw new Untranslatable('In einer Zeichenklasse steht eine offene Klammer.');
    if (char !== '\\') return [inSet(char), true];
    const single = !/[sSiIcCdDwWpP]/.test(this.peek() ?? '');
    return [this.escape(), single];
  }

  /** After `\`. Answers source that may stand inside `[…]`. */
  private escape(): string {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Untranslatable('Es endet mit einem umgekehrten Schrägstrich.');
    if (char === 'p' || char === 'P') return this.property(char);
    const known = escapes.get(char);
    if (known !== undefined) return known;
    if (/[\w]/.test(char)) throw new Untranslatable(`Die Angabe „\\${char}“ wird nicht unterstützt.`);
    return inSet(char);
  }

  private property(letter: string): string {
    const match = /^\{([A-Za-z0-9-]{1,40})\}/.exec(this.chars.slice(this.at, this.at + 44).join(''));
    if (match === null) throw new Untranslatable('Eine Zeicheneigenschaft ist falsch geschrieben.');
    this.at += match[0].length;
    const name = match[1]!;
    if (/^[LMNPZSC][a-z]?$/.test(name)) return `\\${letter}{${name}}`;
    const block = blocks.get(name);
    if (block === undefined || letter === 'P')
      throw new Untranslatable(`Der Zeichenblock „${name}“ ist nicht bekannt.`);
    return block;
  }

  private peek = (): string | undefined => this.chars[this.at];

  private take(char: string): boolean {
    if (this.chars[this.at] !== char) return false;
    this.at++;
    return true;
  }
}

const nameStart =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const nameMore = `${nameStart}.0-9\\-\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;

/** Multi-character escapes; `\w` is everything but punctuation, separators and others. */
const escapes = new Map([
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
  ['s', ' \\t\\n\\r'],
  ['S', '\\u{0}-\\u{8}\\u{B}\\u{C}\\u{E}-\\u{1F}\\u{21}-\\u{10FFFF}'],
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', '\\p{L}\\p{M}\\p{N}\\p{S}'],
  ['W', '\\p{P}\\p{Z}\\p{C}'],
  ['i', nameStart],
  ['c', nameMore],
]);

const blocks = new Map([
  ['IsBasicLatin', '\\u{0}-\\u{7F}'],
  ['IsLatin-1Supplement', '\\u{80}-\\u{FF}'],
  ['IsLatinExtended-A', '\\u{100}-\\u{17F}'],
  ['IsLatinExtended-B', '\\u{180}-\\u{24F}'],
  ['IsLatinExtendedAdditional', '\\u{1E00}-\\u{1EFF}'],
  ['IsGreek', '\\u{370}-\\u{3FF}'],
  ['IsCyrillic', '\\u{400}-\\u{4FF}'],
]);

const literal = (char: string) => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);
const inSet = (char: string) => (/[\\^\]-]/.test(char) || char === '[' ? `\\${char}` : char);
function print(ast: Ast): string {
  if (ast.kind === 'set') return ast.source;
  if (ast.kind === 'choice') return `(?:${ast.parts.map(print).join('|')})`;
  if (ast.kind === 'sequence') return ast.parts.map(print).join('');
  const part = ast.part.kind === 'set' ? print(ast.part) : `(?:${print(ast.part)})`;
  return `${part}${printRange(ast.min, ast.max)}`;
}

function printRange(min: number, max: number): string {
  if (min === 0 && max === 1) return '?';
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/** Size of the expression with its repetitions written out. */
function stateCount(ast: Ast): number {
  if (ast.kind === 'set') return 1;
  if (ast.kind === 'repeat')
    return stateCount(ast.part) * Math.max(1, ast.max === Number.POSITIVE_INFINITY ? ast.min + 1 : ast.max) + 1;
  return ast.parts.reduce((sum, part) => sum + stateCount(part), 1);
}
