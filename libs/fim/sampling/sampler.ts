import { dataEdge, dataEdges, type Edge, type Group, type Json, type JsonObject, type Schema } from '../model.js';
import type { FimError } from '../validator.js';
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
    const error = this.random.pick(errors);
    const tokens = error.pointer.split('/').slice(1);
    if (tokens.length === 0) this.shake(instance);
    else if (this.random.chance(0.2)) this.shake(instance);
    else this.redraw(instance, tokens, this.random.chance(0.5));
  }

  /** Draws the value at a pointer anew, or removes it; groups on the way are made where they are missing. */
  redraw(instance: JsonObject, tokens: string[], remove: boolean): void {
    let holder: JsonObject | Json[] = instance;
    let edges: Edge[] = this.schema.edges;
    const path: string[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      const edge: Edge | undefined = dataEdge({ edges }, token);
      if (edge === undefined) return;
      const index: string | undefined = edge.max > 1 && i + 1 < tokens.length ? tokens[i + 1] : undefined;
      const isLast: boolean = i + (index === undefined ? 1 : 2) >= tokens.length;
      const record = holder as JsonObject;
      if (isLast || record[token] === undefined) {
        if (remove && isLast && record[token] !== undefined) delete record[token];
        else this.put(record, edge, path);
        if (isLast) return;
      }
      if (index !== undefined) i++;
      const value: Json | undefined = record[token];
      const inner: Json | undefined = index === undefined ? value : (value as Json[] | undefined)?.[Number(index)];
      if (edge.element.kind !== 'group' || typeof inner !== 'object' || inner === null) return;
      holder = inner as JsonObject;
      edges = edge.element.edges;
      path.push(token);
    }
  }

  private put(record: JsonObject, edge: Edge, path: string[]): void {
    const value = this.many(edge, path);
    if (value !== undefined) record[edge.element.id] = value;
  }

  /** Redraws or removes a random position somewhere. */
  private shake(instance: JsonObject): void {
    const tokens: string[] = [];
    let edges: Edge[] = this.schema.edges;
    let here: Json | undefined = instance;
    for (let depth = 0; depth < 30; depth++) {
      const carrying = dataEdges({ edges });
      if (carrying.length === 0) return;
      const edge = this.random.pick(carrying);
      tokens.push(edge.element.id);
      here = (here as JsonObject)[edge.element.id];
      if (edge.element.kind === 'field' || here === undefined || this.random.chance(0.2)) break;
      if (Array.isArray(here)) {
        const index = this.random.int(0, here.length - 1);
        tokens.push(String(index));
        here = here[index];
      }
      edges = edge.element.edges;
      if (typeof here !== 'object' || here === null) break;
    }
    this.redraw(instance, tokens, this.random.chance(0.3));
  }
}
