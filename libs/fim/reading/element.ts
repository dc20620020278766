import { isDeepStrictEqual } from 'node:util';
import {
  carriesData,
  type Edge,
  type Element,
  type Field,
  type Group,
  keyOf,
  type Message,
  type Reference,
  type Schema,
} from '../model.js';
import type { ListBinder } from './bind.js';
import { readField } from './field.js';
import { type Place, Unreadable } from './findings.js';
import { readRule } from './rule.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

const common = [
  'identifikation', 'name', 'bezeichnungEingabe', 'bezeichnungAusgabe', 'beschreibung', 'definition', 'bezug', 'status',
  'freigabestatus', 'statusGesetztAm', 'statusGesetztDurch', 'gueltigAb', 'gueltigBis', 'fachlicherErsteller',
  'versionshinweis', 'freigabedatum', 'veroeffentlichungsdatum', 'letzteAenderung', 'relation', 'stichwort', 'regel',
]; // biome-ignore format: a table
const known = {
  schema: new Set([...common, 'bezeichnung', 'hilfetext', 'ableitungsmodifikationenStruktur', 'ableitungsmodifikationenRepraesentation', 'dokumentsteckbrief', 'struktur']), // biome-ignore format: a table
  group: new Set([...common, 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'art', 'struktur']),
  field: new Set([
    ...common, 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'feldart', 'datentyp', 'praezisierung', 'inhalt',
    'vorbefuellung', 'werte', 'codelisteReferenz', 'codeKey', 'nameKey', 'helpKey', 'maxSize', 'mediaType',
  ]), // biome-ignore format: a table
};
const mostPositions = 20_000;
const mostRequired = 10_000;

/** Where reading stands: the keys and ids above, and how many instances of this place are mandatory. */
interface Above {
  path: string[];
  keys: string[];
  required: number;
}

/** Reads schemas, groups and fields; equal copies of one element become one object. */
export class ElementReader {
  private readonly seen = new Map<string, (Group | Field)[]>();
  private positions = 0;

  constructor(
    private readonly source: Source,
    private readonly lists: ListBinder,
  ) {}

  schema(node: Node): Omit<Schema, 'standard' | 'message' | 'lists'> {
    const element = this.element(node, 'schema', []);
    const place = { element: element.key };
    const { path, keys } = { path: [], keys: [element.key] };
    const edges = this.edges(node, { path, keys, required: 1 }, place, '1025');
    if (edges.length === 0)
      this.source.findings.warn('1078', 'Das Schema enthält kein Element; nur das leere Formular ist gültig.', place);
    if (this.source.standard === '3.0.0' && this.source.one(node, 'dokumentsteckbrief', place) === undefined)
      this.source.findings.warn('1007', 'Dem Schema ist kein Dokumentsteckbrief zugeordnet.', place);
    return { kind: 'schema', ...element, edges };
  }

  /** The element of a message 0103 or 0104, as the only edge of its schema. */
  lone(node: Node, message: Message): Edge {
    const above = { path: [], keys: [], required: 1 };
    const element = message === '0103' ? this.group(node, above) : this.field(node, above);
    return { min: 1, max: 1, references: [], element };
  }

  private group(node: Node, above: Above): Group {
    const element = this.element(node, 'group', above.path);
    const path = [...above.path, element.id];
    const place = { element: element.key, position: path.join('.') };
    if (above.keys.includes(element.key))
      throw new Unreadable('1026', `Die Gruppe ${element.key} enthält sich selbst.`);
    const edges = this.edges(node, { ...above, path, keys: [...above.keys, element.key] }, place, '1004');
    const choice = this.choice(node, edges, place);
    if (edges.length === 0)
      this.source.findings.error('1023', `Die Gruppe „${element.name}“ enthält kein Element.`, place);
    return this.intern({ kind: 'group', ...element, choice, edges }, place);
  }

  private field(node: Node, above: Above): Field {
    const element = this.element(node, 'field', above.path);
    const place = { element: element.key, position: [...above.path, element.id].join('.') };
    return this.intern({ kind: 'field', ...element, ...readField(node, this.source, this.lists, place) }, place);
  }

  private choice(node: Node, edges: Edge[], place: Place): boolean {
    const art = this.source.code(node, 'art', place);
    if (art === undefined) return false;
    if (art !== 'X') {
      this.source.findings.error('1042', `Die Gruppenart „${art.slice(0, 20)}“ ist unbekannt.`, place);
      return false;
    }
    if (edges.length < 2) this.source.findings.warn('1043', 'Die Auswahlgruppe hat weniger als zwei Elemente.', place);
    if (edges.some((edge) => edge.min !== 0 || edge.max !== 1))
      this.source.findings.error(
        '1118',
        'In einer Auswahlgruppe muss jedes Element die Multiplizität 0:1 haben.',
        place,
      );
    return true;
  }

  /** Equal copies share one object; a copy that differs keeps its own, under a key of its own. */
  private intern<E extends Group | Field>(element: E, place: Place): E {
    const copies = this.seen.get(element.key) ?? [];
    this.seen.set(element.key, copies);
    const same = (copy: Group | Field) => isDeepStrictEqual({ ...copy, key: element.key }, element);
    const twin = copies.find(same);
    if (twin !== undefined) return twin as E;
    if (copies.length > 0) {
      this.source.findings.warn('differentCopies', `Das Element ${element.key} ist in der Datei mehrfach und verschieden beschrieben; jede Stelle gilt, wie sie dort steht.`, place); // biome-ignore format: one sentence
      element.key = `${element.key}~${copies.length + 1}`;
    }
    copies.push(element);
    return element;
  }

  private edges(node: Node, above: Above, place: Place, doubled: string): Edge[] {
    const edges: Edge[] = [];
    for (const struktur of this.source.many(node, 'struktur')) {
      const edge = this.edge(struktur, above, place);
      const twin = edge && edges.find((other) => other.element.id === edge.element.id);
      if (edge === undefined) continue;
      if (twin === undefined || !carriesData(edge.element)) edges.push(edge);
      else this.double(twin, edge, place, doubled);
    }
    return edges;
  }

  /** An instance has one key per id: equal twins are folded into one position, unequal ones cannot be told apart. */
  private double(twin: Edge, edge: Edge, place: Place, code: string): void {
    const { key } = edge.element;
    if (twin.element === edge.element && twin.min === edge.min && twin.max === edge.max)
      this.source.findings.warn(code, `Das Element ${key} steht hier zweimal; beide Stellen gelten als eine.`, place);
    else
      this.source.findings.error(code, `Die Elemente ${twin.element.key} und ${key} teilen sich hier eine Kennung und sind in den Daten nicht zu unterscheiden.`, place); // biome-ignore format: one sentence
  }

  private edge(node: Node, above: Above, place: Place): Edge | undefined {
    if (++this.positions > mostPositions)
      throw new Unreadable('count', `Das Schema hat mehr als ${mostPositions} Stellen.`);
    this.source.known(node, new Set(['anzahl', 'bezug', 'enthaelt']), place);
    const times = this.multiplicity(node, place);
    const inside = this.source.one(node, 'enthaelt', place);
    const group = inside && this.source.one(inside, 'datenfeldgruppe', place);
    const field = inside && this.source.one(inside, 'datenfeld', place);
    if ((group === undefined) === (field === undefined)) {
      this.source.findings.error(
        'structure',
        'Eine Struktur muss genau ein Datenfeld oder eine Datenfeldgruppe enthalten.',
        place,
      );
      return undefined;
    }
    const required = above.required * Math.max(1, times?.min ?? 1);
    if (required > mostRequired)
      throw new Unreadable('limit', `Das Schema verlangt mehr als ${mostRequired} Angaben an einer Stelle.`);
    const below = { ...above, required };
    const element = group ? this.group(group, below) : this.field(field!, below);
    return times && { ...times, references: this.references(node), element };
  }

  private multiplicity(node: Node, place: Place): { min: number; max: number } | undefined {
    const written = this.source.text(node, 'anzahl', place);
    const match = /^(\d{1,6}):(\d{1,6}|\*)$/.exec(written ?? '');
    if (match === null) {
      if (written === undefined) this.source.findings.error('1021', 'Die Multiplizität fehlt.', place);
      else
        this.source.findings.error(
          '1046',
          'Die Multiplizität muss die Form „min:max“ haben, z. B. 0:1 oder 1:*.',
          place,
        );
      return undefined;
    }
    const min = Number(match[1]);
    const max = match[2] === '*' ? Number.POSITIVE_INFINITY : Number(match[2]);
    if (min > max)
      this.source.findings.error('1047', 'In der Multiplizität ist das Minimum größer als das Maximum.', place);
    if (max === 0) this.source.findings.error('1046', 'Die Multiplizität 0:0 lässt keine Angabe zu.', place);
    return { min, max };
  }

  private element(node: Node, kind: 'schema' | 'group' | 'field', above: string[]): Element {
    const { source } = this;
    const identity = this.identity(node, above);
    const place: Place = {
      element: identity.key,
      position: kind === 'schema' ? undefined : [...above, identity.id].join('.'),
    };
    source.known(node, known[kind], place);
    const name = source.text(node, 'name', place);
    if (name === undefined) source.findings.error('1002', 'Der Name fehlt.', place);
    const label = source.text(node, 'bezeichnungEingabe', place) ?? source.text(node, 'bezeichnung', place);
    if (label === undefined)
      source.findings.warn(
        kind === 'schema' ? '1050' : '1009',
        'Die Bezeichnung fehlt; stattdessen gilt der Name.',
        place,
      );
    return {
      ...identity,
      name: name ?? '',
      label: label ?? name ?? '',
      outputLabel: source.text(node, 'bezeichnungAusgabe', place),
      help: source.text(node, kind === 'schema' ? 'hilfetext' : 'hilfetextEingabe', place),
      outputHelp: source.text(node, 'hilfetextAusgabe', place),
      description: source.text(node, 'beschreibung', place),
      definition: source.text(node, 'definition', place),
      references: this.references(node),
      status: this.status(node, identity.version, place),
      origin: kind === 'schema' ? undefined : this.origin(node, place),
      validFrom: this.day(node, 'gueltigAb', place),
      validTo: this.day(node, 'gueltigBis', place),
      relations: this.relations(node, place),
      rules: source.many(node, 'regel').map((rule) => readRule(rule, source, place)),
    };
  }

  private identity(node: Node, above: string[]): { id: string; version?: string; key: string } {
    const { source } = this;
    const place: Place = { position: above.join('.') || undefined };
    const holder = source.one(node, 'identifikation', place);
    const id = holder && source.text(holder, 'id', place);
    const version = holder && source.text(holder, 'version', place);
    if (id === undefined)
      throw new Unreadable('1038', `Einem Element${above.length > 0 ? ` in ${above.join('.')}` : ''} fehlt die ID.`);
    if (!/^[A-Z][A-Za-z0-9]{0,39}$/.test(id)) throw new Unreadable('1039', 'Eine ID hat eine unzulässige Form.');
    if (version !== undefined && !/^\d{1,6}(\.\d{1,6}){0,3}$/.test(version))
      throw new Unreadable('version', `Die Version des Elements ${id} hat eine unzulässige Form.`);
    const digits = source.standard === '2.0' ? 8 : 11;
    if (!new RegExp(`^[SGF]\\d{${digits}}$`).test(id))
      source.findings.warn('1039', `Die ID ${id} entspricht nicht den Vorgaben (Buchstabe und ${digits} Ziffern).`, {
        element: id,
      });
    return { id, version, key: keyOf(id, version) };
  }

  private references(node: Node): Reference[] {
    return this.source
      .many(node, 'bezug')
      .map((bezug) => ({ text: bezug.text.trim(), link: bezug.attributes['link'] || undefined }))
      .filter((reference) => reference.text !== '');
  }

  private relations(node: Node, place: Place) {
    const { source } = this;
    return source.many(node, 'relation').flatMap((relation) => {
      const predicate = source.code(relation, 'praedikat', place) ?? '';
      const object = source.one(relation, 'objekt', place);
      const id = object && source.text(object, 'id', place);
      if (!['ABL', 'ERS', 'EQU', 'VKN'].includes(predicate))
        source.findings.warn('1029', 'Eine Relation hat eine unbekannte Art.', place);
      if (id === undefined) source.findings.warn('1091', 'Eine Relation nennt kein Objekt.', place);
      return id === undefined ? [] : [{ predicate, id, version: source.text(object!, 'version', place) }];
    });
  }

  /** 2.0 knows only inVorbereitung, aktiv, inaktiv; the standard's own upcast maps them onto Freigabestatus. */
  private status(node: Node, version: string | undefined, place: Place): number {
    const { source } = this;
    const written = source.code(node, source.standard === '2.0' ? 'status' : 'freigabestatus', place);
    if (source.standard === '3.0.0' && /^[1-8]$/.test(written ?? '')) return Number(written);
    if (source.standard === '2.0' && written === 'inaktiv') return 7;
    if (source.standard === '2.0' && (written === 'aktiv' || written === 'inVorbereitung'))
      return version !== undefined && source.text(node, 'freigabedatum', place) !== undefined ? 6 : 2;
    source.findings.error('1032', 'Der Status fehlt oder ist unbekannt.', place);
    return 1;
  }

  private origin(node: Node, place: Place): string | undefined {
    const origin = this.source.code(node, 'schemaelementart', place);
    if (origin === undefined || !['ABS', 'HAR', 'RNG'].includes(origin))
      this.source.findings.error('1031', 'Die Strukturelementart fehlt oder ist unbekannt.', place);
    return origin;
  }

  private day(node: Node, name: string, place: Place): string | undefined {
    const written = this.source.text(node, name, place);
    if (written === undefined || /^\d{4}-\d{2}-\d{2}/.test(written)) return written?.slice(0, 10);
    this.source.findings.error('date', `„${name}“ ist kein Datum.`, place);
    return undefined;
  }
}
