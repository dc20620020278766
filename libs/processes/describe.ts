import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Edge, type Field, type Limits, positions } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import type { Row } from './mapping.js';
import type { Process } from './process.js';

/** What a portal must know to fill the form of a Leistung. */
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
  /** `<group>_0_<field>`; further instances of a repeated group count on from 0. */
  formField: string;
  fimField: string;
  /** Position in the FIM schema. */
  path: string;
  label: string;
  help?: string;
  /** FIM's Datentyp. */
  type: string;
  /** Mandatory wherever its group is filled; `groupRequired` says whether that must be. */
  required: boolean;
  groupRequired: boolean;
  /** `group`: the form group may have several instances; `value`: the field takes a list. */
  repeated?: 'group' | 'value';
  mediaTypes?: string[];
  /** Allowed codes, where they are few. */
  codes?: { code: string; name: string }[];
  /** The code list, where they are many. */
  list?: { uri: string; size: number };
}

const few = 100;

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
  if (options.codes.size > few) return { list: { uri: options.list?.versionUri ?? '', size: options.codes.size } };
  return { codes: [...options.codes].map(([code, name]) => ({ code, name })) };
}

/** Paths of the groups that must be filled: mandatory, and every group above them too. The root is the empty path. */
function mandatoryPaths({ model }: Process): Set<string> {
  const found = new Set(['']);
  for (const { path, edge } of positions(model)) {
    const above = path.split('.').slice(0, -1).join('.');
    if (isMandatoryGroup(edge) && found.has(above)) found.add(path);
  }
  return found;
}

const isMandatoryGroup = ({ element, min }: Edge) => element.kind === 'group' && min > 0;

function exampleOf({ folder }: Process): Json | undefined {
  if (folder === undefined) return undefined;
  const examples = join(folder, 'examples');
  if (!existsSync(examples)) return undefined;
  const first = readdirSync(examples)
    .filter((name) => /^valid-.*\.json$/.test(name))
    .sort()[0];
  return first === undefined ? undefined : JSON.parse(readFileSync(join(examples, first), 'utf8'));
}
