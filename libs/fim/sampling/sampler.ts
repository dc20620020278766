import type { FimError } from '../errors.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { dataEdge, dataEdges, type Edge, type Group, type Parent, type Schema } from '../model.js';
import type { Random } from './random.js';
import { ruleLiterals } from './rule-literals.js';
import { sampleValue } from './value.js';

/** Beyond this many values only what is mandatory is drawn. */
const manyValues = 20_000;

/** Draws instances of a schema, and repairs those that break its rules. */
export class Sampler {
  private drawn = 0;
  private readonly literals: Map<string, Json[]>;

  /** @param fill share of optional positions that are filled, 0 to 1 */
  constructor(
    private readonly schema: Schema,
    private readonly random: Random,
    private readonly fill: number,
  ) {
    this.literals = ruleLiterals(schema);
  }

  /** Valid but for the rules, which it does not know. */
  instance(): JsonObject {
    return this.members(dataEdges(this.schema).filter(this.isWanted), []);
  }

  /** A value for a position, or a list of values where it repeats. `path`: ids of the groups around. */
  occurrences(edge: Edge, path: string[]): Json | undefined {
    if (edge.max === 1) return this.occurrence(edge, path);
    const least = Math.max(1, edge.min);
    const count = this.random.int(least, this.drawn > manyValues ? least : Math.min(edge.max, least + 2));
    const items = Array.from({ length: count }, () => this.occurrence(edge, path)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }

  private occurrence({ element }: Edge, path: string[]): Json | undefined {
    this.drawn++;
    const here = [...path, element.id];
    if (element.kind === 'group') return this.group(element, here);
    return sampleValue(element, this.random, this.literals.get(here.join('.')));
  }

  /** With at least one member: an empty group is no input. */
  private group(group: Group, path: string[]): JsonObject | undefined {
    const edges = dataEdges(group);
    if (edges.length === 0) return undefined;
    const chosen = group.choice ? [this.random.pick(edges)] : edges.filter(this.isWanted);
    if (chosen.length === 0) chosen.push(this.random.pick(edges));
    const members = this.members(chosen, path);
    return Object.keys(members).length === 0 ? undefined : members;
  }

  private members(edges: Edge[], path: string[]): JsonObject {
    const members: JsonObject = {};
    for (const edge of edges) this.put(members, edge, path);
    return members;
  }

  private put(members: JsonObject, edge: Edge, path: string[]): void {
    const value = this.occurrences(edge, path);
    if (value !== undefined) members[edge.element.id] = value;
  }

  private isWanted = ({ min }: Edge): boolean => min > 0 || (this.drawn < manyValues && this.random.chance(this.fill));

  /**
   * Draws one value anew, or removes it: one that an error is about, or now and then any other. `sample` repeats this
   * until the instance is valid.
   */
  repair(instance: JsonObject, errors: FimError[]): void {
    const tokens = this.random.pick(errors).pointer.split('/').slice(1);
    const atError = tokens.length > 0 && this.random.chance(0.8);
    const where = atError ? tokens : this.somewhere(instance, this.schema);
    this.redraw(instance, this.schema, where, [], this.random.chance(atError ? 0.5 : 0.3));
  }

  /** Draws the value at `tokens` anew, or removes it; groups on the way are drawn where they are missing. */
  private redraw(members: JsonObject, parent: Parent, tokens: string[], path: string[], remove: boolean): void {
    const [id = '', ...rest] = tokens;
    const edge = dataEdge(parent, id);
    if (edge === undefined) return;
    const [index, below] = edge.max > 1 ? [Number(rest[0]), rest.slice(1)] : [0, rest];
    const isLast = below.length === 0;
    if (isLast && remove && members[id] !== undefined) delete members[id];
    else if (isLast || members[id] === undefined) this.put(members, edge, path);
    const value = members[id];
    const inner = Array.isArray(value) ? value[index] : value;
    if (!isLast && edge.element.kind === 'group' && isJsonObject(inner))
      this.redraw(inner, edge.element, below, [...path, id], remove);
  }

  /** A position of an instance at random, as the tokens of its pointer. */
  private somewhere(value: Json | undefined, parent: Parent): string[] {
    const edges = dataEdges(parent);
    if (edges.length === 0) return [];
    const { element } = this.random.pick(edges);
    const inner = isJsonObject(value) ? value[element.id] : undefined;
    if (element.kind === 'field' || inner === undefined || this.random.chance(0.2)) return [element.id];
    if (!Array.isArray(inner)) return [element.id, ...this.somewhere(inner, element)];
    const index = this.random.int(0, inner.length - 1);
    return [element.id, String(index), ...this.somewhere(inner[index], element)];
  }
}
