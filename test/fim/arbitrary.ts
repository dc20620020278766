import fc from 'fast-check';
import {
  type DataType,
  type Edge,
  type Element,
  type Field,
  type Group,
  keyOf,
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
import { type EdgeShape, type FieldShape, fieldShape, type GroupShape, shapes } from './shapes.js';

/** Random schemas from the model's grammar, each satisfiable by construction. */
export const anySchema: fc.Arbitrary<Schema> = fc
  .record({
    standard: fc.constantFrom<Standard>('2.0', '3.0.0'),
    message: fc.constantFrom<Message>('0102', '0102', '0102', '0103', '0104'),
    edges: fc.array(shapes.edge, { minLength: 1, maxLength: 5 }),
    group: shapes.group,
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
