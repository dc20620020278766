import { readFileSync } from 'node:fs';
import { type Edge, type Field, type Limits, positions } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import { exampleFiles } from './examples.js';
import type { Row } from './mapping.js';
import type { Process } from './process.js';

/** What a portal must know to fill in the form of a Leistung. */
export interface Description {
  leistung: string;
  title: string;
  version: string;
  schema: { id: string; version: string };
  steps: { name: string; title: string; kind: string; optional: boolean }[];
  fields: DescribedField[];
  /** A body as a portal posts it. */
  example?: Json;
}

export interface DescribedField extends Omit<Limits, 'mediaTypes'> {
  /** `<group>_0_<field>`; further instances of a repeated group are numbered 1, 2, … */
  formField: string;
  fimField: string;
  /** FIM path. */
  path: string;
  label: string;
  help?: string;
  /** FIM's Datentyp. */
  type: string;
  /** Mandatory whenever its group is filled in; `groupRequired` says whether the group must be. */
  required: boolean;
  groupRequired: boolean;
  /** `group`: the form group may have several instances. `value`: the field takes a list. */
  repeated?: 'group' | 'value';
  mediaTypes?: string[];
  /** The allowed codes, if there are at most 100. */
  codes?: { code: string; name: string }[];
  /** The code list, if there are more. */
  list?: { uri: string; size: number };
}

const mostCodes = 100;

export function describe(process: Process): Description {
  const { leistung, title, version, schema } = process;
  const mandatory = mandatoryPaths(process);
  const example = exampleOf(process);
  return {
    leistung,
    title,
    version,
    schema,
    steps: process.steps.map(({ name, title, kind, optional }) => ({ name, title, kind, optional })),
    fields: [...process.rows.byForm.values()].map((row) => describeField(row, mandatory)),
    ...(example !== undefined && { example }),
  };
}

function describeField(row: Row, mandatory: Set<string>): DescribedField {
  const { element, min, max } = row.leaf;
  const counted = row.levels.some((level) => level.repeated && level.fixed === undefined);
  return {
    formField: `${row.group}_0_${row.field}`,
    fimField: element.id,
    path: row.path,
    label: element.label,
    ...(element.help && { help: element.help }),
    type: element.type,
    required: min > 0,
    groupRequired: mandatory.has(row.path.split('.').slice(0, -1).join('.')),
    ...(counted ? { repeated: 'group' as const } : max > 1 ? { repeated: 'value' as const } : {}),
    ...element.limits,
    ...codesOf(element),
  };
}

function codesOf({ options }: Field): Pick<DescribedField, 'codes' | 'list'> {
  if (!options) return {};
  if (options.codes.size > mostCodes)
    return { list: { uri: options.list?.versionUri ?? '', size: options.codes.size } };
  return { codes: [...options.codes].map(([code, name]) => ({ code, name })) };
}

/** Paths of the groups that are mandatory together with every group above them. The root is the empty path. */
function mandatoryPaths({ model }: Process): Set<string> {
  const found = new Set(['']);
  for (const { path, edge } of positions(model)) {
    const above = path.split('.').slice(0, -1).join('.');
    if (isMandatoryGroup(edge) && found.has(above)) found.add(path);
  }
  return found;
}

const isMandatoryGroup = ({ element, min }: Edge) => element.kind === 'group' && min > 0;

function exampleOf(process: Process): Json | undefined {
  const first = exampleFiles(process).find(({ name }) => /^valid-.*\.json$/.test(name));
  return first && JSON.parse(readFileSync(first.path, 'utf8'));
}
