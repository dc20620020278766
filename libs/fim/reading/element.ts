import { isDeepStrictEqual } from 'node:util';
import { carriesData, type Edge, type Field, type Group, type Message, type Schema } from '../model.js';
import type { ListBinder } from './bind.js';
import { readField } from './field.js';
import { type Place, Unreadable } from './findings.js';
import { checkMultiplicity, parseMultiplicity } from './multiplicity.js';
import { readElement, readReferences } from './properties.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

const mostPositions = 20_000;
const mostRequired = 10_000;
const mostCopies = 20;

/** Where reading stands: the ids and keys around, and how many values of this place a form must have. */
interface Above {
  path: string[];
  keys: string[];
  required: number;
}

/** Reads the tree of schemas, groups and fields; equal copies of one element become one object. */
export class ElementReader {
  private readonly copies = new Map<string, (Group | Field)[]>();
  private positions = 0;

  constructor(
    private readonly source: Source,
    private readonly lists: ListBinder,
  ) {}

  schema(node: Node): Omit<Schema, 'standard' | 'message' | 'lists'> {
    const { findings, standard } = this.source;
    const element = readElement(node, 'schema', [], this.source);
    const place = { element: element.key };
    const edges = this.edges(node, { path: [], keys: [element.key], required: 1 }, place, '1025');
    if (edges.length === 0)
      findings.warn('1078', 'Das Schema enthält kein Element; nur das leere Formular ist gültig.', place);
    if (standard === '3.0.0' && this.source.one(node, 'dokumentsteckbrief', place) === undefined)
      findings.warn('1007', 'Dem Schema ist kein Dokumentsteckbrief zugeordnet.', place);
    return { kind: 'schema', ...element, edges };
  }

  /** The element of a message 0103 or 0104, as the only edge of its schema. */
  lone(node: Node, message: Message): Edge {
    const above = { path: [], keys: [], required: 1 };
    const element = message === '0103' ? this.group(node, above) : this.field(node, above);
    return { min: 1, max: 1, references: [], element };
  }

  private group(node: Node, above: Above): Group {
    const element = readElement(node, 'group', above.path, this.source);
    const path = [...above.path, element.id];
    const place = { element: element.key, position: path.join('.') };
    if (above.keys.includes(element.key))
      throw new Unreadable('1026', `Die Gruppe ${element.key} enthält sich selbst.`);
    const edges = this.edges(node, { ...above, path, keys: [...above.keys, element.key] }, place, '1004');
    const choice = this.choice(node, edges, place);
    if (edges.length === 0) this.source.findings.error('1023', 'Die Gruppe enthält kein Element.', place);
    return this.shared({ kind: 'group', ...element, choice, edges }, place);
  }

  private field(node: Node, above: Above): Field {
    const element = readElement(node, 'field', above.path, this.source);
    const place = { element: element.key, position: [...above.path, element.id].join('.') };
    return this.shared({ kind: 'field', ...element, ...readField(node, this.source, this.lists, place) }, place);
  }

  private choice(node: Node, edges: Edge[], place: Place): boolean {
    const { findings } = this.source;
    const art = this.source.code(node, 'art', place);
    if (art === undefined) return false;
    if (art !== 'X') findings.error('1042', `Die Gruppenart „${art.slice(0, 20)}“ ist unbekannt.`, place);
    if (edges.length < 2) findings.warn('1043', 'Die Auswahlgruppe hat weniger als zwei Elemente.', place);
    if (edges.some((edge) => edge.min !== 0 || edge.max !== 1))
      findings.error('1118', 'In einer Auswahlgruppe muss jedes Element die Multiplizität 0:1 haben.', place);
    return true;
  }

  /** Equal copies share one object; a copy that differs keeps its own, under a key of its own. */
  private shared<E extends Group | Field>(element: E, place: Place): E {
    const copies = this.copies.get(element.key) ?? [];
    const twin = copies.find((copy) => isDeepStrictEqual({ ...copy, key: element.key }, element));
    if (twin !== undefined) return twin as E;
    if (copies.length >= mostCopies)
      throw new Unreadable(
        'differentCopies',
        `Das Element ${element.key} ist in mehr als ${mostCopies} Gestalten beschrieben.`,
      );
    this.copies.set(element.key, [...copies, element]);
    if (copies.length === 0) return element;
    const message =
      'Das Element ist in der Datei mehrfach und verschieden beschrieben; jede Stelle gilt, wie sie dort steht.';
    this.source.findings.warn('differentCopies', message, place);
    element.key = `${element.key}~${copies.length + 1}`;
    return element;
  }

  private edges(node: Node, above: Above, place: Place, doubled: string): Edge[] {
    const byId = new Map<string, Edge>();
    const edges: Edge[] = [];
    for (const struktur of this.source.many(node, 'struktur')) {
      const edge = this.edge(struktur, above, place);
      if (edge === undefined) continue;
      const twin = byId.get(edge.element.id);
      if (twin !== undefined && carriesData(edge.element)) this.double(twin, edge, place, doubled);
      else edges.push(edge);
      byId.set(edge.element.id, twin ?? edge);
    }
    return edges;
  }

  /** An instance has one key per id: equal twins are folded into one position, unequal ones cannot be told apart. */
  private double(twin: Edge, edge: Edge, place: Place, code: string): void {
    const { findings } = this.source;
    const { key } = edge.element;
    if (twin.element === edge.element && twin.min === edge.min && twin.max === edge.max)
      findings.warn(code, `Das Element ${key} steht hier zweimal; beide Stellen gelten als eine.`, place);
    else
      findings.error(
        code,
        `Die Elemente ${twin.element.key} und ${key} sind in den Daten hier nicht zu unterscheiden.`,
        place,
      );
  }

  private edge(node: Node, above: Above, place: Place): Edge | undefined {
    const { source } = this;
    if (++this.positions > mostPositions)
      throw new Unreadable('count', `Das Schema hat mehr als ${mostPositions} Stellen.`);
    source.known(node, new Set(['anzahl', 'bezug', 'enthaelt']), place);
    const written = source.text(node, 'anzahl', place);
    const times = parseMultiplicity(written) ?? { min: 1, max: 1 };
    const required = above.required * Math.max(1, times.min);
    if (required > mostRequired)
      throw new Unreadable('limit', `Das Schema verlangt mehr als ${mostRequired} Angaben an einer Stelle.`);
    const element = this.content(node, { ...above, required }, place);
    if (element === undefined) return undefined;
    checkMultiplicity(written, source, { element: element.key, position: [...above.path, element.id].join('.') });
    return { ...times, references: readReferences(node, source), element };
  }

  private content(node: Node, above: Above, place: Place): Group | Field | undefined {
    const inside = this.source.one(node, 'enthaelt', place);
    const group = inside && this.source.one(inside, 'datenfeldgruppe', place);
    const field = inside && this.source.one(inside, 'datenfeld', place);
    if (group !== undefined && field === undefined) return this.group(group, above);
    if (field !== undefined && group === undefined) return this.field(field, above);
    this.source.findings.error(
      'structure',
      'Eine Struktur muss genau ein Datenfeld oder eine Datenfeldgruppe enthalten.',
      place,
    );
    return undefined;
  }
}
