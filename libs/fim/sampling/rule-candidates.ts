import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { dataEdge, type Edge, type Parent, type Schema } from '../model.js';
import { type RuleOwner, resolvePath, ruleOwners } from '../rules/paths.js';
import { identifiersOf, type Statement } from '../rules/statements.js';
import type { Candidate, Edit } from './candidate.js';
import { ruleLiterals } from './rule-literals.js';
import type { Sampler } from './sampler.js';

/** What might break a rule: what its condition speaks about takes other values, and its target comes or goes. */
export function* ruleCandidates(schema: Schema, base: JsonObject, sampler: Sampler): Generator<Candidate> {
  const breaker = new RuleBreaker(schema, base, sampler);
  for (const owner of ruleOwners(schema))
    for (const { id, statements = [] } of owner.rules)
      for (const [n, statement] of statements.entries())
        for (const candidate of breaker.candidates(owner, statement)) yield { ...candidate, about: `${id} ${n}` };
}

class RuleBreaker {
  private readonly literals: Map<string, Json[]>;

  constructor(
    private readonly schema: Schema,
    private readonly base: JsonObject,
    private readonly sampler: Sampler,
  ) {
    this.literals = ruleLiterals(schema);
  }

  *candidates(owner: RuleOwner, { target = 'self', condition }: Statement): Generator<Candidate> {
    const path = this.resolve(owner, target);
    const pointer = this.locate(path)?.pointer;
    if (pointer === undefined) return;
    const causes = identifiersOf(condition).flatMap((identifier) => this.edits(this.resolve(owner, identifier)));
    for (const cause of [undefined, ...causes])
      for (const effect of [undefined, ...this.edits(path)])
        yield { edits: [cause, effect].filter((edit) => edit !== undefined), code: 'rule', path, pointer };
  }

  /** `''` where the path does not exist, and where it is the schema itself. */
  private resolve(owner: RuleOwner, path: string): string {
    return resolvePath(this.schema, owner, path)?.path ?? '';
  }

  /** Other values for a position: literals of rules, nothing, one drawn at random. */
  private edits(path: string): Edit[] {
    const found = this.locate(path);
    if (found === undefined) return [];
    const drawn = this.sampler.occurrences(found.edge, path.split('.').slice(0, -1));
    const values = [...(this.literals.get(path) ?? []), undefined, drawn];
    return values.map((value) => ({ pointer: found.pointer, value }));
  }

  /** Where a position is in the instance; of repeated groups the first. `undefined` when a group above is absent. */
  private locate(path: string): { pointer: string; edge: Edge } | undefined {
    let parent: Parent = this.schema;
    let value: Json | undefined = this.base;
    let pointer = '';
    let edge: Edge | undefined;
    for (const id of path.split('.')) {
      if (Array.isArray(value)) {
        value = value[0];
        pointer += '/0';
      }
      edge = dataEdge(parent, id);
      if (edge === undefined || !isJsonObject(value)) return undefined;
      value = value[id];
      pointer += `/${id}`;
      parent = edge.element.kind === 'group' ? edge.element : { edges: [] };
    }
    return edge && { pointer, edge };
  }
}
