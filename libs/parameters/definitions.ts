import { z } from 'zod';
import type { Manifest } from '#adapters/contract.js';
import { metaOf } from '#adapters/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { type ProcessParameter, schemaOf } from './kinds.js';

/** What may be set, as the adapters' manifests and the processes say it; typed nowhere else. */
export interface Definition {
  name: string;
  title: string;
  description: string;
  unit?: string;
  schema: z.ZodType;
  secret: boolean;
  /** A value must come from a region: there is no default. */
  required: boolean;
  default?: Json;
  /** The adapter whose manifest defines it. */
  adapter?: string;
  /** The Leistung (or `*`) whose process defines it. */
  leistung?: string;
}

/** What of a process the definitions need. */
export interface DefiningProcess {
  /** `*`: the process of every Leistung without its own. */
  leistung: string;
  parameters: ProcessParameter[];
  steps: { kind: string; adapter?: string | undefined; optional?: boolean | undefined }[];
}

export interface Definitions {
  all: Definition[];
  /** Leistungen with a process of their own. */
  leistungen: string[];
  /** What a value of this name for this Leistung (or `*`) must satisfy. Empty: nobody knows the name there. */
  matching(name: string, leistung: string): Definition[];
  /** What counts for a Leistung: `fachverfahren`, its process's parameters, those of its register adapters and of the adapter that delivers. */
  of(leistung: string, fachverfahren?: string): Definition[];
  /** Names a Leistung cannot do without, given what is `set`. An optional step's adapter counts only once somebody began to set it up. */
  missing(leistung: string, set: ReadonlyMap<string, Json | undefined>): string[];
}

/** The one parameter of the core. */
export const fachverfahren = 'fachverfahren';

export function defineParameters({
  manifests,
  processes,
}: {
  manifests: Manifest[];
  processes: DefiningProcess[];
}): Definitions {
  const deliverers = manifests.filter((manifest) => manifest.kind === 'fachverfahren').map((manifest) => manifest.id);
  const core = coreDefinition(deliverers);
  const byAdapter = new Map(manifests.map((manifest) => [manifest.id, ofManifest(manifest)]));
  const byLeistung = new Map(
    processes.map((process) => [
      process.leistung,
      process.parameters.map((parameter) => ofProcess(process.leistung, parameter)),
    ]),
  );
  const processOf = (leistung: string) =>
    processes.find((process) => process.leistung === leistung) ?? processes.find((process) => process.leistung === '*');
  const own = (leistung: string) => byLeistung.get(processOf(leistung)?.leistung ?? '') ?? [];
  const registers = (leistung: string) =>
    processOf(leistung)?.steps.filter((step) => step.kind === 'register' && step.adapter !== undefined) ?? [];
  const common = [core, ...[...byAdapter.values()].flat()];

  const definitions: Definitions = {
    all: [...common, ...[...byLeistung.values()].flat()],
    leistungen: processes.map((process) => process.leistung).filter((leistung) => leistung !== '*'),
    matching(name, leistung) {
      const candidates = leistung === '*' ? definitions.all : [...common, ...own(leistung)];
      return candidates.filter((definition) => definition.name === name);
    },
    of(leistung, deliverer) {
      const adapters = [
        ...registers(leistung).map((step) => step.adapter!),
        ...(deliverer === undefined ? [] : [deliverer]),
      ];
      return [core, ...own(leistung), ...[...new Set(adapters)].flatMap((adapter) => byAdapter.get(adapter) ?? [])];
    },
    missing(leistung, set) {
      const begun = (adapter: string) => [...set.keys()].some((name) => name.startsWith(`${adapter}.`));
      const idle = new Set(
        registers(leistung)
          .filter((step) => step.optional && !begun(step.adapter!))
          .map((step) => step.adapter),
      );
      const deliverer = set.get(fachverfahren);
      const needed = definitions.of(leistung, typeof deliverer === 'string' ? deliverer : undefined);
      return needed
        .filter(({ name, required, adapter }) => required && !set.has(name) && !(adapter && idle.has(adapter)))
        .map(({ name }) => name);
    },
  };
  return definitions;
}

function coreDefinition(deliverers: string[]): Definition {
  return {
    name: fachverfahren,
    title: 'Fachverfahren',
    description: 'Der Adapter, der in dieser Region die Anträge zustellt.',
    schema: z.enum(deliverers as [string, ...string[]]),
    secret: false,
    required: true,
  };
}

function ofManifest(manifest: Manifest): Definition[] {
  return Object.entries(manifest.parameters.shape as Record<string, z.ZodType>).map(([key, schema]) => {
    const meta: { title?: string; description?: string; secret?: boolean } = metaOf(schema);
    const empty = schema.safeParse(undefined);
    return {
      name: `${manifest.id}.${key}`,
      title: meta.title ?? key,
      description: meta.description ?? '',
      schema,
      secret: meta.secret === true,
      required: !empty.success,
      ...(empty.success && empty.data !== undefined ? { default: empty.data as Json } : {}),
      adapter: manifest.id,
    };
  });
}

function ofProcess(leistung: string, parameter: ProcessParameter): Definition {
  return {
    name: parameter.name,
    title: parameter.title,
    description: parameter.description,
    ...(parameter.unit === undefined ? {} : { unit: parameter.unit }),
    schema: schemaOf(parameter),
    secret: parameter.secret ?? false,
    required: (parameter.required ?? false) && parameter.default === undefined,
    ...(parameter.default === undefined ? {} : { default: parameter.default }),
    leistung,
  };
}
