import { isDeepStrictEqual } from 'node:util';
import { carriesData, type Edge, type Field, type Group, type Message, type Schema } from '../model.js';
import { texts } from '../texts/findings.js';
import { Unreadable } from '../unreadable.js';
import { readField } from './field.js';
import type { ListBinder } from './list-binder.js';
import { checkMultiplicity, parseMultiplicity } from './multiplicity.js';
import { readElement, readReferences } from './properties.js';
import type { SourceNode } from './source-node.js';

const mostPositions = 20_000;
const mostRequired = 10_000;
const mostCopies = 20;

/** What surrounds the element that is read. */
interface Surroundings {
  /** Ids of the groups around, outermost first. */
  path: string[];
  /** Keys of the schema and the groups around. */
  keys: string[];
  /** How many values of this position a form must have at least. */
  required: number;
}

/** A schema without what the message and the lists say about it. */
type SchemaElement = Omit<Schema, 'standard' | 'message' | 'lists'>;

/** Reads the tree of schemas, groups and fields. Equal copies of one element become one object. */
export class ElementReader {
  private readonly copies = new Map<string, (Group | Field)[]>();
  private positions = 0;

  constructor(private readonly lists: ListBinder) {}

  schema(source: SourceNode): SchemaElement {
    const element = readElement(source, 'schema', []);
    const node = source.at({ element: element.key });
    const edges = this.edges(node, { path: [], keys: [element.key], required: 1 }, '1025');
    if (edges.length === 0) node.warn('1078', texts.structure.emptySchema);
    if (node.standard === '3.0.0' && node.one('dokumentsteckbrief') === undefined)
      node.warn('1007', texts.structure.noDokumentsteckbrief);
    return { kind: 'schema', ...element, edges };
  }

  /** The group or field of a message 0103 or 0104, as a schema with that one position. */
  lone(source: SourceNode, message: Message): SchemaElement {
    const around = { path: [], keys: [], required: 1 };
    const element = message === '0103' ? this.group(source, around) : this.field(source, around);
    const edge: Edge = { min: 1, max: 1, references: [], element };
    const { id, version, key, name, label, references, status, relations } = element;
    return { kind: 'schema', id, version, key, name, label, references, status, relations, rules: [], edges: [edge] };
  }

  private group(source: SourceNode, around: Surroundings): Group {
    const element = readElement(source, 'group', around.path);
    const path = [...around.path, element.id];
    const node = source.at({ element: element.key, position: path.join('.') });
    if (around.keys.includes(element.key)) throw new Unreadable('1026', texts.structure.selfContained(element.key));
    const edges = this.edges(node, { ...around, path, keys: [...around.keys, element.key] }, '1004');
    const choice = readChoice(node, edges);
    if (edges.length === 0) node.error('1023', texts.structure.emptyGroup);
    return this.shared({ kind: 'group', ...element, choice, edges }, node);
  }

  private field(source: SourceNode, around: Surroundings): Field {
    const element = readElement(source, 'field', around.path);
    const node = source.at({ element: element.key, position: [...around.path, element.id].join('.') });
    return this.shared({ kind: 'field', ...element, ...readField(node, this.lists) }, node);
  }

  /** Equal copies share one object. A copy that differs is an element of its own, with a key of its own. */
  private shared<E extends Group | Field>(element: E, node: SourceNode): E {
    const { key } = element;
    const copies = this.copies.get(key) ?? [];
    const twin = copies.find((copy): copy is E => isDeepStrictEqual({ ...copy, key }, element));
    if (twin !== undefined) return twin;
    if (copies.length >= mostCopies)
      throw new Unreadable('differentCopies', texts.element.tooManyCopies(key, mostCopies));
    this.copies.set(key, [...copies, element]);
    if (copies.length === 0) return element;
    node.warn('differentCopies', texts.element.differentCopies);
    element.key = `${key}~${copies.length + 1}`;
    return element;
  }

  /** @param doubled code of the finding about an element that occurs here twice */
  private edges(node: SourceNode, around: Surroundings, doubled: string): Edge[] {
    const byId = new Map<string, Edge>();
    const edges: Edge[] = [];
    for (const struktur of node.all('struktur')) {
      const edge = this.edge(struktur, around);
      if (edge === undefined) continue;
      const twin = byId.get(edge.element.id);
      if (twin !== undefined && carriesData(edge.element)) reportTwin(twin, edge, node, doubled);
      else edges.push(edge);
      byId.set(edge.element.id, twin ?? edge);
    }
    return edges;
  }

  private edge(node: SourceNode, around: Surroundings): Edge | undefined {
    if (++this.positions > mostPositions)
      throw new Unreadable('count', texts.structure.tooManyPositions(mostPositions));
    const written = node.text('anzahl');
    const times = parseMultiplicity(written) ?? { min: 1, max: 1 };
    const required = around.required * Math.max(1, times.min);
    if (required > mostRequired) throw new Unreadable('limit', texts.structure.tooManyRequired(mostRequired));
    const element = this.content(node, { ...around, required });
    if (element === undefined) return undefined;
    const position = [...around.path, element.id].join('.');
    checkMultiplicity(written, node.at({ element: element.key, position }));
    return { ...times, references: readReferences(node), element };
  }

  private content(node: SourceNode, around: Surroundings): Group | Field | undefined {
    const content = node.one('enthaelt');
    const group = content?.one('datenfeldgruppe');
    const field = content?.one('datenfeld');
    if (group !== undefined && field === undefined) return this.group(group, around);
    if (field !== undefined && group === undefined) return this.field(field, around);
    node.error('structure', texts.structure.content);
    return undefined;
  }
}

/** Whether a group is an Auswahlgruppe (art X). */
function readChoice(node: SourceNode, edges: Edge[]): boolean {
  const art = node.code('art');
  if (art === undefined) return false;
  if (art !== 'X') node.error('1042', texts.structure.groupKind(art.slice(0, 20)));
  if (edges.length < 2) node.warn('1043', texts.structure.smallChoice);
  if (edges.some((edge) => edge.min !== 0 || edge.max !== 1)) node.error('1118', texts.structure.choiceMultiplicity);
  return true;
}

/** An instance has one key per id, so equal twins become one position, and unequal ones are indistinguishable. */
function reportTwin(twin: Edge, edge: Edge, node: SourceNode, code: string): void {
  const { key } = edge.element;
  if (twin.element === edge.element && twin.min === edge.min && twin.max === edge.max)
    node.warn(code, texts.structure.twice(key));
  else node.error(code, texts.structure.indistinguishable(twin.element.key, key));
}
