import fc from 'fast-check';
import {
  type DataType,
  type Edge,
  type Element,
  type Field,
  type Group,
  type Input,
  keyOf,
  type Limits,
  type Message,
  type Options,
  type Rule,
  type Schema,
  type Standard,
} from '#fim/model.js';
import { Findings } from '#fim/reading/findings.js';
import { ListBinder } from '#fim/reading/list-binder.js';
import type { Statement } from '#fim/rules/statements.js';
import { testLists } from './lists.js';

/** Random schemas from the model's grammar, each satisfiable by construction. */

interface FieldShape {
  kind: 'field';
  type: DataType;
  input: Input;
  limits: Limits;
  choice: 'none' | 'inline' | 'small' | 'large';
  content: boolean;
}
interface GroupShape {
  kind: 'group';
  choice: boolean;
  children: EdgeShape[];
  rule?: number;
  /** Uses the group before it once more, if there is one. */
  again: boolean;
}
interface EdgeShape {
  min: number;
  more: number;
  node: FieldShape | GroupShape;
}

/** Expressions of XML Schema with what only it has. */
const expression = fc.letrec<{ atom: string; piece: string; whole: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom(
      '[0-9]',
      '\\d',
      '[A-Z]',
      '[a-z-[aeiou]]',
      '[A-Za-zÄÖÜäöüß]',
      '\\i',
      'x',
      '\\.',
      '-',
      '[^0-9 ]',
      '\\p{Lu}',
      'é',
    ),
    tie('whole').map((inside) => `(${inside})`),
  ),
  piece: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '?', '+', '*', '{2}', '{1,3}'))
    .map(([atom, times]) => atom + times),
  whole: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('[0-9]{5}', '[A-Z]{1,3}-[0-9]+', '(\\+49|0)[1-9][0-9]*'),
    fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
    fc.tuple(tie('piece'), tie('piece')).map(([a, b]) => `${a}|${b}`),
  ),
})).whole;

/** Expressions that must hold something: an empty or blank text is no input. */
export const pattern = expression
  .map((inside) => `[A-Z]${inside.includes('|') ? `(${inside})` : inside}`)
  .filter((text) => text.length < 60);

const span = (low: number, high: number) =>
  fc
    .tuple(fc.option(fc.integer({ min: low, max: high })), fc.option(fc.integer({ min: low, max: high })))
    .map(([a, b]) => (a !== null && b !== null && a > b ? [b, a] : [a ?? undefined, b ?? undefined]));

const bounded = (low: number, high: number, written: (n: number) => string) =>
  span(low, high).map(
    ([a, b]): Limits => ({
      ...(a === undefined ? {} : { min: written(a) }),
      ...(b === undefined ? {} : { max: written(b) }),
    }),
  );

const iso = (n: number) => new Date(n * 1000).toISOString();
const lengths = span(1, 60).map(
  ([minLength, maxLength]): Limits => ({ ...(minLength && { minLength }), ...(maxLength && { maxLength }) }),
);

const limitsFor: Record<DataType, fc.Arbitrary<Limits>> = {
  text: fc.oneof(
    lengths,
    pattern.map((pattern): Limits => ({ pattern })),
  ),
  text_latin: lengths,
  date: bounded(-2e9, 4e9, (n) => iso(n).slice(0, 10)),
  time: bounded(0, 86_399, (n) => iso(n).slice(11, 19)),
  datetime: bounded(-2e9, 4e9, (n) => iso(n).slice(0, 19)),
  bool: fc.constant({}),
  num: bounded(-500, 500, (n) => String(n / 10)),
  num_int: bounded(-500, 500, String),
  num_currency: bounded(-50_000, 50_000, (n) => (n / 100).toFixed(2)),
  file: fc.record(
    {
      maxSize: fc.integer({ min: 1, max: 1e7 }),
      mediaTypes: fc.constantFrom(['application/pdf'], ['image/*', 'application/pdf']),
    },
    { requiredKeys: [] },
  ),
  obj: fc.constant({}),
};

const common: Input[] = ['input', 'input', 'hidden', 'locked', 'label'];
const fieldShape: fc.Arbitrary<FieldShape> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<DataType>('text', 'text_latin', 'date', 'time', 'datetime', 'bool', 'num', 'num_int', 'num_currency', 'file').chain((type) => fc.record({ kind: fc.constant('field' as const), type: fc.constant(type), input: fc.constantFrom(...common), limits: limitsFor[type], choice: fc.constant('none' as const), content: fc.boolean() })) }, // biome-ignore format: two kinds
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('field' as const), type: fc.constant<DataType>('text'), input: fc.constant<Input>('select'), limits: fc.constant({}), choice: fc.constantFrom('inline' as const, 'small' as const, 'large' as const), content: fc.constant(false) }) }, // biome-ignore format: two kinds
);

const groupShape = fc.letrec<{ edge: EdgeShape; group: GroupShape; node: FieldShape | GroupShape }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fieldShape, tie('group')) as fc.Arbitrary<
    FieldShape | GroupShape
  >,
  edge: fc.record({
    min: fc.constantFrom(0, 0, 1, 1, 2),
    more: fc.constantFrom(0, 0, 0, 1, 3, Number.POSITIVE_INFINITY),
    node: tie('node'),
  }),
  group: fc.record({
    kind: fc.constant('group' as const),
    choice: fc.constantFrom(false, false, false, true),
    children: fc.array(tie('edge'), { minLength: 2, maxLength: 5, depthIdentifier: 'g' }),
    rule: fc.option(fc.nat(), { nil: undefined }),
    again: fc.boolean(),
  }),
}));

export const anySchema: fc.Arbitrary<Schema> = fc
  .record({
    standard: fc.constantFrom<Standard>('2.0', '3.0.0'),
    message: fc.constantFrom<Message>('0102', '0102', '0102', '0103', '0104'),
    edges: fc.array(groupShape.edge, { minLength: 1, maxLength: 5 }),
    group: groupShape.group,
    field: fieldShape,
    texts: fc.array(fc.constantFrom('Name', 'Größe & "Maß"', 'a < b', 'Zeile 1\nZeile 2', 'Straße', '§ 12'), {
      minLength: 1,
    }),
  })
  .map(({ standard, message, edges, group, field, texts }) => {
    const builder = new Builder(standard, texts);
    if (message === '0102') return builder.schema(edges);
    return builder.lone(message, message === '0103' ? { ...group, choice: false } : field);
  });

const oldTypes: Partial<Record<DataType, DataType>> = {
  text_latin: 'text',
  time: 'text',
  datetime: 'text',
  file: 'file',
};

/** Gives shapes ids and versions, and takes from them what the standard at hand does not know. */
class Builder {
  private next = 1;
  private before: Group | undefined;
  private readonly binder = new ListBinder({ lists: testLists }, new Findings());

  constructor(
    private readonly standard: Standard,
    private readonly texts: string[],
  ) {}

  schema(shapes: EdgeShape[]): Schema {
    const element = this.element('S');
    const edges = this.edges(shapes, false);
    return {
      kind: 'schema',
      ...element,
      origin: undefined,
      outputLabel: undefined,
      standard: this.standard,
      message: '0102',
      edges,
      lists: this.binder.bound,
    };
  }

  lone(message: Message, shape: GroupShape | FieldShape): Schema {
    const element = shape.kind === 'group' ? this.group(shape) : this.field(shape);
    const { id, version, key, name, label, references, status, relations } = element;
    const edges = [{ min: 1, max: 1, references: [], element }];
    return {
      kind: 'schema',
      id,
      version,
      key,
      name,
      label,
      references,
      status,
      relations,
      rules: [],
      edges,
      standard: this.standard,
      message,
      lists: this.binder.bound,
    };
  }

  private three = () => this.standard === '3.0.0';

  private element(letter: string): Element & { origin?: string } {
    const n = this.next++;
    const id = `${letter}${String(n).padStart(this.three() ? 11 : 8, '0')}`;
    const version = n % 5 === 0 ? undefined : `1.${n % 12}${this.three() ? '.0' : ''}`;
    const text = this.texts[n % this.texts.length]!;
    return {
      id,
      version,
      key: keyOf(id, version),
      name: text,
      label: `${text} ${n}`,
      help: n % 3 === 0 ? text : undefined,
      references: n % 4 === 0 ? [{ text, link: this.three() ? 'https://example.org/?a=1&b=2' : undefined }] : [],
      status: this.three() ? 6 : version === undefined ? 2 : 6,
      origin: 'HAR',
      relations: this.three() && n % 6 === 0 ? [{ predicate: 'ABL', id: 'F00000000001', version: '1.0.0' }] : [],
      rules: [],
    };
  }

  private edges(shapes: EdgeShape[], choice: boolean): Edge[] {
    const edges: Edge[] = [];
    for (const { min, more, node } of shapes) {
      const element = node.kind === 'group' ? this.reused(node) : this.field(node);
      if (edges.some((edge) => edge.element.id === element.id)) continue;
      edges.push({ min: choice ? 0 : min, max: choice ? 1 : Math.max(1, min + more), references: [], element });
    }
    return edges;
  }

  private reused(shape: GroupShape): Group {
    if (shape.again && this.before !== undefined) return this.before;
    this.before = this.group(shape);
    return this.before;
  }

  private group(shape: GroupShape): Group {
    const element = this.element('G');
    const carrying = shape.children.filter(({ node }) => node.kind === 'group' || node.input !== 'label').length;
    const choice = shape.choice && this.three() && carrying === shape.children.length;
    const edges = this.edges(shape.children, choice);
    const rules = choice || shape.rule === undefined ? [] : this.rules(edges, shape.rule);
    return { kind: 'group', ...element, rules, choice: choice && edges.length > 1, edges };
  }

  /** One statement about an optional child, under a condition on a sibling: always satisfiable. */
  private rules(edges: Edge[], seed: number): Rule[] {
    const data = edges.filter(({ element }) => element.kind === 'group' || element.input !== 'label');
    const targets = data.filter((edge) => edge.min === 0);
    const target = targets[seed % Math.max(1, targets.length)];
    const other = data.find((edge) => edge !== target && edge.element.kind === 'field' && edge.max === 1);
    if (target === undefined || other === undefined) return [];
    const identifier = `self.${other.element.id}`;
    const condition = seed % 2 === 0 ? { is_empty: { identifier } } : { not: { is_empty: { identifier } } };
    const effect = seed % 3 === 0 ? 'forbid' : 'require';
    const statement: Statement = {
      effect,
      target: `self.${target.element.id}`,
      condition,
      message: 'Bitte beachten Sie die Regel.',
    };
    return [{ id: 'R00000001', name: 'Regel', text: 'Eine Regel', statements: [statement] }];
  }

  private field(shape: FieldShape): Field {
    const element = this.element('F');
    const type = this.three() ? shape.type : (oldTypes[shape.type] ?? shape.type);
    const known = this.three() || shape.input === 'select' || shape.input === 'label';
    const input = known ? shape.input : 'input';
    const options = this.options(shape);
    const text = input === 'label' && type !== 'text' && type !== 'text_latin' ? 'text' : type;
    const limits = text === shape.type && input !== 'label' && (this.three() || type !== 'file') ? shape.limits : {};
    const fixed = input === 'locked' && shape.content && text === 'bool' ? 'true' : undefined;
    return {
      kind: 'field',
      ...element,
      input,
      type: text,
      limits,
      content: input === 'label' ? 'Ein Hinweis' : fixed,
      prefill: 'keine',
      options,
    };
  }

  private options({ choice }: FieldShape): Options | undefined {
    if (choice === 'none') return undefined;
    if (choice === 'inline' && this.three())
      return {
        codes: new Map([
          ['01', 'ja'],
          ['1', 'ja'],
          ['x', 'weiß nicht'],
        ]),
      };
    return this.binder.resolve({ uri: `urn:test:${choice === 'large' ? 'large' : 'small'}`, version: '2' }, {});
  }
}
