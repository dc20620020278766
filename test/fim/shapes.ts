import fc from 'fast-check';
import type { DataType, Input, Limits } from '#fim/model.js';

/** What random schemas are made of: fields and groups that have no ids yet, each satisfiable by construction. */

/** A field without identity. */
export interface FieldShape {
  kind: 'field';
  type: DataType;
  input: Input;
  limits: Limits;
  choice: 'none' | 'inline' | 'small' | 'large';
  content: boolean;
}
/** A group without identity. */
export interface GroupShape {
  kind: 'group';
  choice: boolean;
  children: EdgeShape[];
  rule?: number;
  /** Uses the group before it once more, if there is one. */
  again: boolean;
}
export interface EdgeShape {
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

const inputFor: fc.Arbitrary<Input> = fc.constantFrom('input', 'input', 'hidden', 'locked', 'label');
// biome-ignore format: a table
const typeOfField = fc.constantFrom<DataType>(
  'text', 'text_latin', 'date', 'time', 'datetime', 'bool', 'num', 'num_int', 'num_currency', 'file',
);
const plainField = typeOfField.chain((type) =>
  fc.record<FieldShape>({
    kind: fc.constant('field'),
    type: fc.constant(type),
    input: inputFor,
    limits: limitsFor[type],
    choice: fc.constant('none'),
    content: fc.boolean(),
  }),
);
const selectField = fc.record<FieldShape>({
  kind: fc.constant('field'),
  type: fc.constant('text'),
  input: fc.constant('select'),
  limits: fc.constant({}),
  choice: fc.constantFrom('inline', 'small', 'large'),
  content: fc.constant(false),
});
export const fieldShape: fc.Arbitrary<FieldShape> = fc.oneof(
  { weight: 3, arbitrary: plainField },
  { weight: 1, arbitrary: selectField },
);

export const shapes = fc.letrec<{ edge: EdgeShape; group: GroupShape; node: FieldShape | GroupShape }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fieldShape, tie('group')),
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
