import { type BoundList, carriesData, type Field, isReleased, positions, type Schema } from './model.js';
import type { Finding } from './reading/findings.js';
import { reaches, sites } from './rules/paths.js';
import { parsePattern } from './values/pattern.js';

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
  /** Machine-readable statements at their positions, and rules that are text only. */
  rules: { checked: number; unchecked: Unchecked[] };
  lists: BoundList[];
  findings: Finding[];
}

export interface Unchecked {
  position: string;
  id: string;
  /** German. */
  reason: string;
}

export function report(schema: Schema, findings: Finding[] = []): Report {
  const all = [...positions(schema)];
  const fields = all.filter(({ edge }) => edge.element.kind === 'field');
  const labels = fields.filter(({ edge }) => !carriesData(edge.element)).length;
  return {
    schema: schema.key,
    label: schema.label,
    standard: schema.standard,
    status: schema.status,
    released: isReleased(schema),
    positions: {
      groups: all.length - fields.length,
      fields: fields.length,
      labels,
      mandatory: all.filter(({ edge }) => edge.min > 0).length,
      repeated: all.filter(({ edge }) => edge.max > 1).length,
    },
    elements: new Set(all.map(({ edge }) => edge.element.key)).size,
    constraints: {
      checked: fields.reduce((sum, { edge }) => sum + constraintsOf(edge.element as Field), 0),
      unchecked: fields.flatMap(({ edge, path }) => uncheckedPattern(edge.element as Field, path)),
    },
    rules: rulesOf(schema),
    lists: schema.lists,
    findings,
  };
}

function constraintsOf({ limits, options }: Field): number {
  const { pattern, ...others } = limits;
  const checkable = pattern !== undefined && typeof parsePattern(pattern) !== 'string';
  return Object.keys(others).length + Number(checkable) + Number(options !== undefined);
}

function uncheckedPattern({ key, limits: { pattern } }: Field, position: string): Unchecked[] {
  const reason = pattern === undefined ? '' : parsePattern(pattern);
  return typeof reason === 'string' && reason !== ''
    ? [{ position, id: key, reason: `Muster nicht prüfbar: ${reason}` }]
    : [];
}

function rulesOf(schema: Schema): Report['rules'] {
  let checked = 0;
  const unchecked: Unchecked[] = [];
  for (const site of sites(schema))
    for (const { id, text, statements } of site.rules) {
      if (statements === undefined) unchecked.push({ position: site.path, id, reason: `nur als Text: ${text}` });
      for (const statement of statements ?? [])
        if (reaches(schema, site, statement)) checked++;
        else unchecked.push({ position: site.path, id, reason: 'nennt ein Element, das es von hier aus nicht gibt' });
    }
  return { checked, unchecked };
}
