import { z } from 'zod';
import { metaOf } from '#adapter-host/bind.js';
import { majorOf } from '#adapter-host/load.js';
import type { Format, Manifest } from '#adapters/contract.js';
import type { AdapterKind, Json } from '#submission/vocabulary.js';

/** What may be set, as the adapters' manifests and the processes say it; typed nowhere else. */
export interface Definition {
  name: string;
  title: string;
  description: string;
  schema: z.ZodType;
  /** The same for people and machines outside. */
  jsonSchema: Record<string, unknown>;
  secret: boolean;
  /** A value must come from a region: there is no default. */
  required: boolean;
  default?: Json;
  /** Of the choice of a template: what the adapter writes. */
  formats?: Format[];
  /** The adapter whose manifest defines it. */
  adapter?: string;
  /** The Leistung (or `*`) whose process defines it. */
  leistung?: string;
}

/** What the definitions need of an adapter. */
export interface DefiningAdapter {
  manifest: Manifest;
  earlier?: { manifest: Manifest }[];
}

/** What the definitions need of a process. */
export interface DefiningProcess {
  /** `*`: the process of every Leistung without its own. */
  leistung: string;
  title: string;
  parameters: Record<string, ProcessParameter>;
  /** `adapter`: an id, or the parameter by which a region names it. */
  steps: {
    kind: AdapterKind;
    adapter: string | { parameter: string; default?: string | undefined };
    optional: boolean;
    templates?: Record<string, { format: Format }> | undefined;
  }[];
}

/** A JSON Schema with title and description; `secret` and `unit` may stand beside. */
export interface ProcessParameter {
  title: string;
  description?: string | undefined;
  required: boolean;
  default?: Json | undefined;
  [keyword: string]: unknown;
}

/** What the definitions need of `#processes/load.js`. */
export interface DefiningProcesses {
  all(): readonly DefiningProcess[];
  find(where: { leistung: string; ars: string; date: Date }): DefiningProcess | undefined;
}

/** For whom, and when. */
export interface Where {
  leistung: string;
  ars: string;
  at: Date;
}

/** What is set, by name; secrets without their value. */
export type Given = ReadonlyMap<string, Json | undefined>;

export interface Definitions {
  all: Definition[];
  /** The Leistungen that have a process of their own, with its title. */
  processes: { leistung: string; title: string }[];
  /** What a value of this name for this Leistung (or `*`) must satisfy. Empty: nobody knows the name there. */
  matching(name: string, leistung: string): Definition[];
  /** What counts there: the process's parameters, and those of the adapters that its steps use, given what is set. */
  of(where: Where, given: Given): Definition[];
  /** Names the Leistung cannot do without there. An optional step's adapter counts only once somebody began to set it up. */
  missing(where: Where, given: Given): string[];
}

/** The parameter that names the adapter that delivers. */
export const fachverfahren = 'fachverfahren';

export function defineParameters(adapters: DefiningAdapter[], processes: DefiningProcesses): Definitions {
  const manifests = adapters.map(({ manifest }) => manifest);
  const byAdapter = new Map(adapters.map((adapter) => [adapter.manifest.id, ofAdapter(adapter)]));
  const ofAdapters = [...byAdapter.values()].flat();
  const known = new WeakMap<DefiningProcess, Definition[]>();
  const ownOf = (process: DefiningProcess): Definition[] => {
    const own = known.get(process) ?? ofProcess(process);
    known.set(process, own);
    return own;
  };
  /** Looked at anew each time: processes may join while we run. */
  const choices = choicesFrom(manifests, processes);
  const ofProcesses = () => {
    const chosenBy = new Set(choices().map(({ name }) => name));
    return processes
      .all()
      .flatMap(ownOf)
      .filter(({ name }) => !chosenBy.has(name));
  };
  /** A template that none of the Leistung's processes has is no value. */
  const amongTemplates = (definition: Definition, leistung: string): Definition => {
    if (!definition.formats) return definition;
    const own = processes.all().filter((process) => process.leistung === leistung);
    const used = own.length > 0 ? own : processes.all().filter((process) => process.leistung === '*');
    const names = used
      .flatMap(({ steps }) => steps.flatMap(({ templates = {} }) => Object.entries(templates)))
      .flatMap(([name, { format }]) => (definition.formats!.includes(format) ? [name] : []));
    return { ...definition, schema: oneOf([...new Set(names)]) };
  };
  const processOf = ({ leistung, ars, at }: Where) =>
    processes.find({ leistung, ars, date: at }) ?? processes.find({ leistung: '*', ars, date: at });

  const definitions: Definitions = {
    get all() {
      return distinct([...choices(), ...ofAdapters, ...ofProcesses()]);
    },
    get processes() {
      return titles(processes.all());
    },
    matching(name, leistung) {
      const fits = (definition: Definition) =>
        leistung === '*' || definition.leistung === leistung || definition.leistung === '*';
      const all = [...choices(), ...ofAdapters, ...ofProcesses().filter(fits)];
      const found = all.filter((definition) => definition.name === name);
      return leistung === '*' ? found : found.map((definition) => amongTemplates(definition, leistung));
    },
    of(where, given) {
      const process = processOf(where);
      if (!process) return [];
      const named = process.steps.flatMap(({ adapter }) => (typeof adapter === 'object' ? [adapter.parameter] : []));
      const used = new Set(process.steps.map(({ adapter }) => chosen(adapter, given) ?? ''));
      const chosenBy = choices();
      return [
        ...chosenBy.filter(({ name }) => named.includes(name)),
        ...ownOf(process).filter(({ name }) => !chosenBy.some((choice) => choice.name === name)),
        ...[...used].flatMap((id) => byAdapter.get(id) ?? []),
      ];
    },
    missing(where, given) {
      const steps = processOf(where)?.steps ?? [];
      const begun = (id: string) => [...given.keys()].some((name) => name.startsWith(`${id}.`));
      const idle = (id: string) =>
        !begun(id) && steps.every(({ adapter, optional }) => optional || chosen(adapter, given) !== id);
      const preset = steps.flatMap(({ adapter, optional }) =>
        typeof adapter === 'object' && (adapter.default || optional) ? [adapter.parameter] : [],
      );
      const needed = definitions
        .of(where, given)
        .filter(({ required, adapter }) => required && !(adapter && idle(adapter)));
      return needed.map(({ name }) => name).filter((name) => !given.has(name) && !preset.includes(name));
    },
  };
  return definitions;
}

function chosen(adapter: DefiningProcess['steps'][number]['adapter'], given: Given): string | undefined {
  if (typeof adapter === 'string') return adapter;
  const value = given.get(adapter.parameter);
  return typeof value === 'string' ? value : adapter.default;
}

/** Parameters whose value is an adapter's id. */
function choicesFrom(manifests: Manifest[], processes: DefiningProcesses): () => Definition[] {
  const known = new Map<string, Definition>();
  const choice = (name: string, kind: AdapterKind): Definition => {
    const made = known.get(`${kind} ${name}`) ?? choiceOf(manifests, name, kind);
    known.set(`${kind} ${name}`, made);
    return made;
  };
  return () => {
    const named = processes
      .all()
      .flatMap(({ steps }) =>
        steps.flatMap(({ kind, adapter }) => (typeof adapter === 'object' ? [[adapter.parameter, kind] as const] : [])),
      );
    const kinds = new Map<string, AdapterKind>([[fachverfahren, 'fachverfahren'], ...named]);
    return [...kinds].map(([name, kind]) => choice(name, kind));
  };
}

function choiceOf(manifests: Manifest[], name: string, kind: AdapterKind): Definition {
  const ids = manifests.filter((manifest) => manifest.kind === kind).map(({ id }) => id);
  const [title, does] =
    kind === 'fachverfahren' ? ['Fachverfahren', 'die Anträge zustellt'] : ['Register', 'Auskunft gibt'];
  return {
    name,
    title,
    description: `Der Adapter, der hier ${does}.`,
    schema: z.enum(ids as [string, ...string[]]),
    jsonSchema: { type: 'string', enum: ids },
    secret: false,
    required: true,
  };
}

/** What its versions take, and what the core takes for it: which version, which of the process's templates. */
function ofAdapter({ manifest, earlier = [] }: DefiningAdapter): Definition[] {
  const { id, title, parameters, formats } = manifest;
  const newest = ofManifest(id, parameters);
  const older = earlier.flatMap((one) => ofManifest(id, one.manifest.parameters));
  const added = older.filter(({ name }, i) => ![...newest, ...older.slice(0, i)].some((other) => other.name === name));
  const majors = [manifest, ...earlier.map((one) => one.manifest)].map(majorOf) as [string, ...string[]];
  const version = z.enum(majors).describe(`Version des Adapters ${title}; ohne Wert die neueste (${majors[0]})`);
  const template = z
    .string()
    .min(1)
    .describe('Vorlage des Prozesses für die Nachricht; ohne Wert seine Nachricht als JSON');
  const core = { ...(earlier.length > 0 && { version }), ...(formats && { template }) };
  return [
    ...newest,
    ...added.map((definition) => ({ ...definition, required: false })),
    ...ofManifest(id, z.object(core)).map((definition) => ({
      ...definition,
      required: false,
      ...(definition.name === `${id}.template` && { formats: formats! }),
    })),
  ];
}

const oneOf = (names: string[]) =>
  z.string().refine((name) => names.includes(name), {
    error:
      names.length > 0 ? `Diese Leistung hat die Vorlagen ${names.join(', ')}` : 'Diese Leistung hat keine Vorlagen',
  });

function ofManifest(adapter: string, parameters: z.ZodObject): Definition[] {
  return Object.entries(parameters.shape as Record<string, z.ZodType>).map(([key, schema]) => {
    const empty = schema.safeParse(undefined);
    const preset = empty.success ? (empty.data as Json | undefined) : undefined;
    return { ...define(`${adapter}.${key}`, schema, preset), required: !empty.success, adapter };
  });
}

function ofProcess({ leistung, parameters }: DefiningProcess): Definition[] {
  return Object.entries(parameters).map(([name, { required, default: preset, ...described }]) => {
    const schema = z.fromJSONSchema(described as Parameters<typeof z.fromJSONSchema>[0]);
    return { ...define(name, schema, preset), required: required && preset === undefined, leistung };
  });
}

function define(name: string, schema: z.ZodType, preset: Json | undefined): Omit<Definition, 'required'> {
  const {
    title = name,
    description = '',
    secret = false,
  }: { title?: string; description?: string; secret?: boolean } = metaOf(schema);
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { name, title, description, schema, jsonSchema, secret, ...(preset === undefined ? {} : { default: preset }) };
}

/** Several versions of a process define the same name: once is enough for people. */
function distinct(definitions: Definition[]): Definition[] {
  return [
    ...new Map(
      definitions.map((definition) => [`${definition.leistung ?? ''}/${definition.name}`, definition]),
    ).values(),
  ];
}

function titles(processes: readonly DefiningProcess[]): { leistung: string; title: string }[] {
  const own = processes.filter(({ leistung }) => leistung !== '*');
  return [...new Map(own.map(({ leistung, title }) => [leistung, { leistung, title }])).values()];
}
