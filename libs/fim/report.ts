import { type Unfillable, unfillable } from './fillable.js';
import { type BoundList, carriesData, type Field, isReleased, positions, type Schema } from './model.js';
import { checkablePattern, parsePattern } from './patterns/pattern.js';
import type { Finding } from './reading/findings.js';
import { judgementOf, ruleOwners } from './rules/paths.js';
import { texts } from './texts/report.js';

/** How much of a schema is enforced, and what is left to people. */
export interface Report {
  schema: string;
  label: string;
  standard: string;
  status: number;
  released: boolean;
  positions: { groups: number; fields: number; labels: number; mandatory: number; repeated: number };
  /** Distinct elements, by id and version. */
  elements: number;
  /** Limits, lists and patterns that the validator checks, and those it cannot. */
  constraints: { checked: number; unchecked: Unchecked[] };
  /** Machine-readable statements at their positions, and rules that are text only; what added rules enforce. */
  rules: { checked: number; unchecked: Unchecked[]; version?: string; added: AddedRule[] };
  /** What nobody can fill in (`fillable.ts`). */
  unfillable: Unfillable[];
  lists: BoundList[];
  findings: Finding[];
}

export interface Unchecked {
  position: string;
  id: string;
  /** German. */
  reason: string;
}

/** A free-text rule that an added rule enforces. */
export interface AddedRule {
  position: string;
  /** Of the rule of the schema. */
  id: string;
  text: string;
  /** Ids of the added rules. */
  by: string[];
}

export function report(schema: Schema, findings: Finding[] = []): Report {
  const all = [...positions(schema)];
  const fields = all.flatMap(({ edge: { element }, path }) =>
    element.kind === 'field' ? [{ field: element, path }] : [],
  );
  return {
    schema: schema.key,
    label: schema.label,
    standard: schema.standard,
    status: schema.status,
    released: isReleased(schema),
    positions: {
      groups: all.length - fields.length,
      fields: fields.length,
      labels: fields.filter(({ field }) => !carriesData(field)).length,
      mandatory: all.filter(({ edge }) => edge.min > 0).length,
      repeated: all.filter(({ edge }) => edge.max > 1).length,
    },
    elements: new Set(all.map(({ edge }) => edge.element.key)).size,
    constraints: {
      checked: fields.reduce((sum, { field }) => sum + constraintsOf(field), 0),
      unchecked: fields.flatMap(({ field, path }) => uncheckedPattern(field, path)),
    },
    rules: rulesOf(schema),
    unfillable: unfillable(schema),
    lists: schema.lists,
    findings,
  };
}

function constraintsOf({ limits, options }: Field): number {
  const { pattern, ...others } = limits;
  const hasPattern = checkablePattern(pattern) !== undefined;
  return Object.keys(others).length + Number(hasPattern) + Number(options !== undefined);
}

function uncheckedPattern({ key, limits: { pattern } }: Field, position: string): Unchecked[] {
  const parsed = pattern === undefined ? undefined : parsePattern(pattern);
  if (typeof parsed !== 'string') return [];
  return [{ position, id: key, reason: texts.report.uncheckablePattern(parsed) }];
}

function rulesOf(schema: Schema): Report['rules'] {
  let checked = 0;
  const unchecked: Unchecked[] = [];
  const enforced: AddedRule[] = [];
  for (const owner of ruleOwners(schema))
    for (const { id, text, statements, refused = [], added } of owner.rules) {
      if (added !== undefined) enforced.push({ position: owner.path, id, text, by: added });
      if (statements === undefined) unchecked.push({ position: owner.path, id, reason: texts.report.textOnly(text) });
      for (const reason of refused) unchecked.push({ position: owner.path, id, reason });
      for (const statement of statements ?? []) {
        const judgement = judgementOf(schema, owner, statement);
        if (typeof judgement !== 'string') checked++;
        else unchecked.push({ position: owner.path, id, reason: texts.report[judgement] });
      }
    }
  const version = schema.addedRules?.version;
  return { checked, unchecked, ...(version !== undefined && { version }), added: enforced };
}
