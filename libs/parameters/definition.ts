import { z } from 'zod';
import { boundSetOf, faultsOf, fullName, metaOf } from '#adapter-host/bind.js';
import { behind, type Fenced } from '#adapter-host/fence/fence.js';
import { majorOf } from '#adapter-host/load.js';
import type { Format, Manifest } from '#adapters/contract.js';
import type { AdapterKind, Json } from '#submission/vocabulary.js';
import type { BoundSet } from './resolve.js';
import { texts } from './texts.js';

/**
 * A parameter that may be set. Definitions come from the adapters' manifests and the processes, and from nowhere else.
 */
export interface Definition {
  name: string;
  title: string;
  description: string;
  schema: z.ZodType;
  /** Says more than {@link schema}, in the process of the adapter from outside that defines it. */
  judge?: (value: Json) => Promise<Fault[]>;
  /** The schema for people and machines outside. */
  jsonSchema: Record<string, unknown>;
  secret: boolean;
  /** A region must set it, because there is no default. */
  required: boolean;
  default?: Json;
  /** Of a template choice: the formats that the adapter can write. */
  formats?: Format[];
  /** The adapter whose manifest defines it. */
  adapter?: string;
  /** The Leistung (or `*`) whose process defines it. */
  leistung?: string;
  /** The set that it belongs to. */
  boundSet?: BoundSet;
}

/** What is wrong with a value. */
export interface Fault {
  path: PropertyKey[];
  /** German. */
  message: string;
  code: string;
}

/** What definitions need of an adapter. */
export interface DefiningAdapter extends Fenced {
  manifest: Manifest;
  earlier?: { manifest: Manifest }[];
}

/** What definitions need of a process. */
export interface DefiningProcess {
  /** `*`: the process of every Leistung that has none of its own. */
  leistung: string;
  title: string;
  parameters: Record<string, ProcessParameter>;
  steps: DefiningStep[];
}

export interface DefiningStep {
  kind: AdapterKind;
  /** An id, or the parameter by which a region names it. */
  adapter: string | { parameter: string; default?: string | undefined };
  optional: boolean;
  templates?: Record<string, { format: Format }> | undefined;
}

/** A JSON Schema with title and description; `secret` and `unit` are allowed as well. */
export interface ProcessParameter {
  title: string;
  description?: string | undefined;
  required: boolean;
  default?: Json | undefined;
  [keyword: string]: unknown;
}

/**
 * What an adapter's versions take, and what the core takes for it: its version, the template of the process, how long
 * its answer is awaited, and how many calls a lane has at once and a minute. What only an earlier version takes is
 * optional.
 */
export function adapterDefinitions(adapter: DefiningAdapter): Definition[] {
  const { manifest, earlier = [] } = adapter;
  const { id, parameters, formats, capabilities } = manifest;
  const boundSet = boundSetOfAll(adapter);
  const newest = ofManifest(id, parameters).map((definition) => judged(adapter, definition));
  const older = earlier.flatMap((one) => ofManifest(id, one.manifest.parameters));
  const added = older.filter(({ name }, i) => ![...newest, ...older.slice(0, i)].some((other) => other.name === name));
  const template = z.string().min(1).describe(texts.definition.template);
  const answerDays = z.int().min(1).max(3650).describe(texts.definition.answerDays);
  const core = {
    ...(earlier.length > 0 && { version: versionChoice(manifest, earlier) }),
    ...(formats && { template }),
    ...(capabilities.status && { answerDays }),
    slots: z.int().min(1).max(256).optional().describe(texts.definition.slots),
    callsPerMinute: z.int().min(1).max(10_000).optional().describe(texts.definition.callsPerMinute),
  };
  const own = [...newest, ...added.map((definition) => ({ ...definition, required: false }))];
  return [
    ...own.map((definition) => (boundSet.names.has(definition.name) ? { ...definition, boundSet } : definition)),
    ...ofManifest(id, z.object(core)).map((definition) => ({
      ...definition,
      required: false,
      ...(formats && definition.name === `${id}.template` && { formats }),
    })),
  ];
}

/** The set of an adapter's versions together, since a region's values are the same for all of them. */
function boundSetOfAll({ manifest, earlier = [] }: DefiningAdapter): BoundSet {
  const sets = [manifest, ...earlier.map((one) => one.manifest)].map(boundSetOf);
  const level = sets.find((set) => set.level)?.level;
  const names = new Set(sets.flatMap(({ parameters }) => parameters.map((key) => fullName(manifest, key))));
  return { names, ...(level && { level }) };
}

function versionChoice(manifest: Manifest, earlier: { manifest: Manifest }[]): z.ZodType {
  const newest = majorOf(manifest);
  const majors = [newest, ...earlier.map((one) => majorOf(one.manifest))];
  return z.enum(majors).describe(texts.definition.version(manifest.title, newest));
}

function ofManifest(adapter: string, { shape }: z.ZodObject<Record<string, z.ZodType>>): Definition[] {
  return Object.entries(shape).map(([key, schema]) => {
    const empty = schema.safeParse(undefined);
    const preset = empty.success ? (empty.data as Json | undefined) : undefined;
    return { ...define(`${adapter}.${key}`, schema, preset), required: !empty.success, adapter };
  });
}

function judged(adapter: DefiningAdapter, definition: Definition): Definition {
  const key = definition.name.slice(adapter.manifest.id.length + 1);
  return adapter[behind] ? { ...definition, judge: (value) => faultsOf(adapter, key, value) } : definition;
}

/** The process's own parameters. */
export function processDefinitions({ leistung, parameters }: DefiningProcess): Definition[] {
  return Object.entries(parameters).map(([name, { required, default: preset, ...described }]) => {
    const schema = z.fromJSONSchema(described as Parameters<typeof z.fromJSONSchema>[0]);
    return { ...define(name, schema, preset), required: required && preset === undefined, leistung };
  });
}

/** A parameter whose value is the id of an adapter of this kind. */
export function choiceDefinition(manifests: Manifest[], name: string, kind: AdapterKind): Definition {
  const ids = manifests.filter((manifest) => manifest.kind === kind).map(({ id }) => id);
  const { fachverfahren, register, adapterThatDelivers, adapterThatInforms } = texts.definition;
  return {
    name,
    title: kind === 'fachverfahren' ? fachverfahren : register,
    description: kind === 'fachverfahren' ? adapterThatDelivers : adapterThatInforms,
    schema: z.enum(ids),
    jsonSchema: { type: 'string', enum: ids },
    secret: false,
    required: true,
  };
}

function define(name: string, schema: z.ZodType, preset: Json | undefined): Omit<Definition, 'required'> {
  const {
    title = name,
    description = '',
    secret = false,
  }: { title?: string; description?: string; secret?: boolean } = metaOf(schema);
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { name, title, description, schema, jsonSchema, secret, ...(preset !== undefined && { default: preset }) };
}
