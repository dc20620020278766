import type { FimError } from '../fault.js';
import { dataEdge, dataEdges, type Edge, type Group, type Json, type JsonObject, type Schema } from '../model.js';
import type { Random } from './random.js';
import { hintsOf } from './rule-hints.js';
import { sampleValue } from './value.js';

const mostNodes = 20_000;

/** Makes values along a schema, and mends what rules object to. */
export class Sampler {
  private nodes = 0;
  private readonly hints: Map<string, Json[]>;

  constructor(
    private readonly schema: Schema,
    private readonly random: Random,
    private readonly fill: number,
  ) {
    this.hints = hintsOf(schema);
  }

  instance(): JsonObject {
    return this.group(this.schema, false, [], false) ?? {};
  }

  /** One value for a position, without regard to its multiplicity. */
  one({ element }: Edge, path: string[]): Json | undefined {
    this.nodes++;
    const here = [...path, element.id];
    if (element.kind === 'group') return this.group(element, element.choice, here, true);
    return sampleValue(element, this.random, this.hints.get(here.join('.')));
  }

  many(edge: Edge, path: string[]): Json | undefined {
    if (edge.max === 1) return this.one(edge, path);
    const least = Math.max(1, edge.min);
    const count = this.random.int(least, this.nodes > mostNodes ? least : Math.min(edge.max, least + 2));
    const items = Array.from({ length: count }, () => this.one(edge, path)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }

  private group(group: Group | Schema, choice: boolean, path: string[], filled: boolean): JsonObject | undefined {
    const edges = dataEdges(group);
    const chosen = choice ? [this.random.pick(edges)] : edges.filter((edge) => edge.min > 0 || this.wanted());
    if (filled && chosen.length === 0 && edges.length > 0) chosen.push(this.random.pick(edges));
    const result: JsonObject = {};
    for (const edge of chosen) {
      if (edge === undefined) continue;
      const value = this.many(edge, path);
      if (value !== undefined) result[edge.element.id] = value;
    }
    return Object.keys(result).length === 0 && filled ? undefined : result;
  }

  private wanted = () => this.nodes < mostNodes && this.random.chance(this.fill);

  /** Mends one error: fills what is missing, removes or redraws what is there, now and then redraws something at random. */
  repair(instance: JsonObject, errors: FimError[]): void {
    const tokens = this.random.pick(errors).pointer.split('/').slice(1);
    const known = tokens.length > 0 && this.random.chance(0.8);
    const where = known ? tokens : this.somewhere(instance, this.schema);
    this.redraw(instance, this.schema, where, [], this.random.chance(known ? 0.5 : 0.3));
  }

  /** Draws the value at `tokens` anew, or removes it; groups on the way are made where they are missing. */
  private redraw(
    holder: JsonObject,
    group: { edges: Edge[] },
    tokens: string[],
    path: string[],
    remove: boolean,
  ): void {
    const [id, ...rest] = tokens;
    const edge = id === undefined ? undefined : dataEdge(group, id);
    if (id === undefined || edge === undefined) return;
    const [index, below] = edge.max > 1 ? [Number(rest[0]), rest.slice(1)] : [0, rest];
    const isLast = below.length === 0;
    if (isLast && remove && holder[id] !== undefined) delete holder[id];
    else if (isLast || holder[id] === undefined) this.put(holder, edge, path);
    const value = holder[id];
    const inner = Array.isArray(value) ? value[index] : value;
    if (!isLast && edge.element.kind === 'group' && isObject(inner))
      this.redraw(inner, edge.element, below, [...path, id], remove);
  }

  private put(holder: JsonObject, edge: Edge, path: string[]): void {
    const value = this.many(edge, path);
    if (value !== undefined) holder[edge.element.id] = value;
  }

  /** A random place of an instance, as the tokens of its pointer. */
  private somewhere(value: Json | undefined, group: { edges: Edge[] }): string[] {
    const edges = dataEdges(group);
    if (edges.length === 0) return [];
    const { element } = this.random.pick(edges);
    const inner = isObject(value) ? value[element.id] : undefined;
    if (element.kind === 'field' || inner === undefined || this.random.chance(0.2)) return [element.id];
    if (!Array.isArray(inner)) return [element.id, ...this.somewhere(inner, element)];
    const index = this.random.int(0, inner.length - 1);
    return [element.id, String(index), ...this.somewhere(inner[index], element)];
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
