import { z } from 'zod';
import type { Manifest } from '#adapters/contract.js';
import type { AdapterKind, Json } from '#submission/vocabulary.js';
import {
  adapterDefinitions,
  choiceDefinition,
  type DefiningAdapter,
  type DefiningProcess,
  type DefiningStep,
  type Definition,
  processDefinitions,
} from './definition.js';
import type { BoundSet } from './resolve.js';
import { texts } from './texts.js';

/** What definitions need of the processes. */
export interface DefiningProcesses {
  all(): readonly DefiningProcess[];
  find(query: { leistung: string; ars: string; date: Date }): DefiningProcess | undefined;
}

/** A Leistung in a municipality (or a region above) at a moment. */
export interface Scope {
  leistung: string;
  ars: string;
  at: Date;
}

/** The values that are set, by name; secrets without their value. */
export type SetValues = ReadonlyMap<string, Json | undefined>;

export interface Definitions {
  readonly all: Definition[];
  /** What is inherited whole or not at all. */
  readonly boundSets: BoundSet[];
  /** The Leistungen that have a process of their own, with its title. */
  readonly processes: { leistung: string; title: string }[];
  /** What a value of this name for this Leistung (or `*`) must satisfy. Empty if the name is unknown there. */
  matching(name: string, leistung: string): Definition[];
  /**
   * What applies in a scope: the process's parameters, and those of the adapters that its steps use, given what is set.
   */
  of(scope: Scope, given: SetValues): Definition[];
  /**
   * Names without which the Leistung cannot run in a scope. The adapter of an optional step counts only if one of its
   * parameters is set.
   */
  missing(scope: Scope, given: SetValues): string[];
}

/** The parameter that names the adapter that delivers. */
const fachverfahren = 'fachverfahren';

export const defineParameters = (adapters: DefiningAdapter[], processes: DefiningProcesses): Definitions =>
  new ParameterDefinitions(adapters, processes);

/** Asks for the processes anew each time, because an import may add some while the system runs. */
class ParameterDefinitions implements Definitions {
  readonly #processes: DefiningProcesses;
  readonly #manifests: Manifest[];
  readonly #byAdapter: Map<string, Definition[]>;
  readonly boundSets: BoundSet[];
  readonly #byProcess = new WeakMap<DefiningProcess, Definition[]>();
  readonly #choices = new Map<string, Definition>();

  constructor(adapters: DefiningAdapter[], processes: DefiningProcesses) {
    this.#processes = processes;
    this.#manifests = adapters.map(({ manifest }) => manifest);
    this.#byAdapter = new Map(adapters.map((adapter) => [adapter.manifest.id, adapterDefinitions(adapter)]));
    this.boundSets = [...new Set(this.#ofAdapters().flatMap(({ boundSet }) => boundSet ?? []))];
  }

  get all(): Definition[] {
    return distinct([...this.#adapterChoices(), ...this.#ofAdapters(), ...this.#ofProcesses()]);
  }

  get processes(): { leistung: string; title: string }[] {
    const own = this.#processes.all().filter(({ leistung }) => leistung !== '*');
    return [...new Map(own.map(({ leistung, title }) => [leistung, { leistung, title }])).values()];
  }

  matching(name: string, leistung: string): Definition[] {
    const ofProcesses = this.#ofProcesses().filter(
      (definition) => leistung === '*' || definition.leistung === leistung || definition.leistung === '*',
    );
    const all = [...this.#adapterChoices(), ...this.#ofAdapters(), ...ofProcesses];
    const found = all.filter((definition) => definition.name === name);
    return leistung === '*' ? found : found.map((definition) => this.#amongTemplates(definition, leistung));
  }

  of(scope: Scope, given: SetValues): Definition[] {
    const process = this.#processIn(scope);
    if (!process) return [];
    const named = new Set(
      process.steps.flatMap(({ adapter }) => (typeof adapter === 'object' ? [adapter.parameter] : [])),
    );
    const used = new Set(process.steps.flatMap((step) => adapterOf(step, given) ?? []));
    const choices = this.#adapterChoices();
    return [
      ...choices.filter(({ name }) => named.has(name)),
      ...this.#own(process).filter(({ name }) => !choices.some((choice) => choice.name === name)),
      ...[...used].flatMap((id) => this.#byAdapter.get(id) ?? []),
    ];
  }

  missing(scope: Scope, given: SetValues): string[] {
    const steps = this.#processIn(scope)?.steps ?? [];
    const begun = (id: string) => [...given.keys()].some((name) => name.startsWith(`${id}.`));
    const needed = (id: string) => steps.some((step) => !step.optional && adapterOf(step, given) === id);
    const dispensable = steps.flatMap(({ adapter, optional }) =>
      typeof adapter === 'object' && (adapter.default || optional) ? [adapter.parameter] : [],
    );
    return this.of(scope, given)
      .filter(({ required, adapter }) => required && (!adapter || begun(adapter) || needed(adapter)))
      .map(({ name }) => name)
      .filter((name) => !given.has(name) && !dispensable.includes(name));
  }

  #processIn({ leistung, ars, at }: Scope): DefiningProcess | undefined {
    return this.#processes.find({ leistung, ars, date: at }) ?? this.#processes.find({ leistung: '*', ars, date: at });
  }

  #ofAdapters(): Definition[] {
    return [...this.#byAdapter.values()].flat();
  }

  /** Without the names that choose an adapter: a process need not define those. */
  #ofProcesses(): Definition[] {
    const choices = new Set(this.#adapterChoices().map(({ name }) => name));
    return this.#processes
      .all()
      .flatMap((process) => this.#own(process))
      .filter(({ name }) => !choices.has(name));
  }

  #own(process: DefiningProcess): Definition[] {
    const own = this.#byProcess.get(process) ?? processDefinitions(process);
    this.#byProcess.set(process, own);
    return own;
  }

  /** Parameters whose value is an adapter's id: {@link fachverfahren}, and what steps of processes name. */
  #adapterChoices(): Definition[] {
    const kinds = new Map<string, AdapterKind>([[fachverfahren, 'fachverfahren']]);
    for (const { steps } of this.#processes.all())
      for (const { kind, adapter } of steps) if (typeof adapter === 'object') kinds.set(adapter.parameter, kind);
    return [...kinds].map(([name, kind]) => this.#choice(name, kind));
  }

  #choice(name: string, kind: AdapterKind): Definition {
    const choice = this.#choices.get(`${kind} ${name}`) ?? choiceDefinition(this.#manifests, name, kind);
    this.#choices.set(`${kind} ${name}`, choice);
    return choice;
  }

  /** Restricts the choice of a template to those that the Leistung's processes have and the adapter can write. */
  #amongTemplates(definition: Definition, leistung: string): Definition {
    const { formats } = definition;
    if (!formats) return definition;
    const own = this.#processes.all().filter((process) => process.leistung === leistung);
    const used = own.length > 0 ? own : this.#processes.all().filter((process) => process.leistung === '*');
    const names = used
      .flatMap(({ steps }) => steps.flatMap(({ templates = {} }) => Object.entries(templates)))
      .flatMap(([name, { format }]) => (formats.includes(format) ? [name] : []));
    return { ...definition, schema: oneOf([...new Set(names)]) };
  }
}

function adapterOf({ adapter }: DefiningStep, given: SetValues): string | undefined {
  if (typeof adapter === 'string') return adapter;
  const value = given.get(adapter.parameter);
  return typeof value === 'string' ? value : adapter.default;
}

const oneOf = (names: string[]) =>
  z.string().refine((name) => names.includes(name), {
    error: names.length > 0 ? texts.definition.hasTemplates(names) : texts.definition.hasNoTemplates,
  });

/** Several versions of a process may define the same name: people see it once. */
function distinct(definitions: Definition[]): Definition[] {
  return [...new Map(definitions.map((one) => [`${one.leistung ?? ''}/${one.name}`, one])).values()];
}
