import { z } from 'zod';
import type { Adapter } from '#adapters/contract.js';
import { positions } from '#fim/model.js';
import type { Process } from './process.js';
import type { Step } from './process-file.js';
import { pathsUnder } from './program.js';

/** Adapters are there, consents are yes-or-no fields, expressions name only what exists. */
export function lintSteps(process: Process, adapters: Map<string, Adapter>): string[] {
  const twice = process.steps.filter(({ name }, i) => process.steps.findIndex((other) => other.name === name) < i);
  return [
    ...lintPerson(process),
    ...twice.map(({ name }) => `Den Schritt ${name} gibt es zweimal.`),
    ...process.steps.flatMap((step) => [
      ...lintAdapter(step, adapters),
      ...lintAttributes(step, adapters),
      ...lintWhen(process, step),
      ...lintConsent(process, step),
      ...lintCompare(process, step),
    ]),
    ...lintPrograms(process),
  ];
}

/** What the expressions of steps and templates name, and schema, parameters or earlier steps do not have. */
export function lintPrograms(process: Process): string[] {
  const elements = new Set<string>();
  const paths = new Set<string>();
  for (const { path, edge } of positions(process.model)) {
    paths.add(path);
    elements.add(edge.element.id);
  }
  return process.steps.flatMap(({ name }, i) => {
    const program = process.programs.get(name);
    const templates = [...(process.templates.get(name) ?? [])];
    const answers = new Set(process.steps.slice(0, i).flatMap((step) => (step.kind === 'register' ? [step.name] : [])));
    const lint = (source: string) => lintProgram(source, { elements, paths, answers, parameters: process.parameters });
    return [
      ...(program ? lint(program.source).map((text) => `Schritt ${name}: ${text}`) : []),
      ...templates.flatMap(
        ([
          template,
          {
            program: { source },
          },
        ]) => lint(source).map((text) => `Schritt ${name}, Vorlage ${template}: ${text}`),
      ),
    ];
  });
}

/** Whoever looks somebody up must be able to say later whom. */
function lintPerson({ person, steps, model }: Process): string[] {
  if (!person) return steps.some(({ kind }) => kind === 'register') ? ['Es fehlt „person“: um wen es geht.'] : [];
  const paths = new Set([...positions(model)].map(({ path }) => path));
  return Object.values(person)
    .filter((path) => !paths.has(path))
    .map((path) => `Das Feld ${path} der Person gibt es nicht.`);
}

function lintAdapter({ name, kind, adapter }: Step, adapters: Map<string, Adapter>): string[] {
  const id = typeof adapter === 'string' ? adapter : adapter.default;
  if (id === undefined) return [];
  const found = adapters.get(id)?.manifest;
  if (!found) return [`Schritt ${name}: Den Adapter ${id} gibt es nicht.`];
  return found.kind === kind ? [] : [`Schritt ${name}: Der Adapter ${id} ist keiner der Art ${kind}.`];
}

function lintAttributes(step: Step, adapters: Map<string, Adapter>): string[] {
  if (step.kind !== 'register') return [];
  const { name, adapter, attributes } = step;
  const id = typeof adapter === 'string' ? adapter : adapter.default;
  const known = id === undefined ? undefined : adapters.get(id)?.manifest.attributes;
  return attributes
    .filter((attribute) => known && !Object.hasOwn(known, attribute))
    .map((attribute) => `Schritt ${name}: Der Adapter ${id} kennt kein Merkmal ${attribute}.`);
}

function lintCompare({ model }: Process, step: Step): string[] {
  if (step.kind !== 'register') return [];
  const fields = new Set(
    [...positions(model)].flatMap(({ path, edge }) => (edge.element.kind === 'field' ? [path] : [])),
  );
  return Object.entries(step.compare).flatMap(([attribute, field]) => [
    ...(step.attributes.includes(attribute.split('.')[0]!)
      ? []
      : [`Schritt ${step.name}: Verglichen wird ${attribute}, gefragt ist danach nicht.`]),
    ...(fields.has(field) ? [] : [`Schritt ${step.name}: Das Feld ${field} zum Vergleichen gibt es nicht.`]),
  ]);
}

function lintWhen({ model }: Process, { name, when }: Step): string[] {
  return when === undefined || [...positions(model)].some(({ path }) => path === when)
    ? []
    : [`Schritt ${name}: Den Pfad ${when} gibt es im Schema nicht.`];
}

function lintConsent({ model }: Process, { name, consent }: Step): string[] {
  if (consent === undefined) return [];
  const edge = [...positions(model)].find(({ path }) => path === consent)?.edge;
  return edge?.element.kind === 'field' && edge.element.type === 'bool'
    ? []
    : [`Schritt ${name}: Die Einwilligung ${consent} ist kein Ja-Nein-Feld des Schemas.`];
}

interface Known {
  /** Ids of the schema. */
  elements: Set<string>;
  paths: Set<string>;
  /** Register steps before this one. */
  answers: Set<string>;
  parameters: Process['parameters'];
}

function lintProgram(source: string, { elements, paths, answers, parameters }: Known): string[] {
  const names = (root: string) => pathsUnder(source, root).map(([first]) => first!);
  const dataPaths = pathsUnder(source, 'data').map((ids) => ids.filter((id) => /^[GF]\d+$/.test(id)).join('.'));
  return [
    ...[...new Set(source.match(/\b[GF]\d{8,11}\b/g) ?? [])]
      .filter((id) => !elements.has(id))
      .map((id) => `${id} gibt es im Schema nicht.`),
    ...dataPaths
      .filter((path) => path !== '' && !paths.has(path))
      .map((path) => `Den Pfad ${path} gibt es im Schema nicht.`),
    ...names('parameters')
      .filter((one) => !(one in parameters))
      .map((one) =>
        one === '*' ? 'Parameter müssen mit ihrem Namen genannt sein.' : `Der Parameter ${one} ist nicht definiert.`,
      ),
    ...names('registers')
      .filter((one) => !answers.has(one))
      .map((one) => `Einen Registerschritt ${one} gibt es davor nicht.`),
    ...(source.match(/\$(now|millis|random|shuffle)\b/g) ?? []).map(
      (one) => `${one} gibt jedes Mal etwas anderes; dieselbe Zustellung muss dieselbe bleiben.`,
    ),
  ];
}

/** Defaults and examples satisfy their own definition, and what is defined is used. */
export function lintParameters({ parameters, programs, templates }: Process): string[] {
  const all = [
    ...programs.values(),
    ...[...templates.values()].flatMap((own) => [...own.values()].map((t) => t.program)),
  ];
  const used = new Set(all.flatMap(({ source }) => pathsUnder(source, 'parameters').map(([name]) => name!)));
  return Object.entries(parameters).flatMap(
    ([name, { title: _, description, required, default: preset, examples = [], ...schema }]) => {
      const type = z.fromJSONSchema(schema as never);
      const wrong = [...examples, ...(preset === undefined ? [] : [preset])].filter(
        (value) => !type.safeParse(value).success,
      );
      return [
        ...wrong.map(() => `Parameter ${name}: Vorgabe oder Beispiel passt nicht zur Definition.`),
        ...(used.has(name) ? [] : [`Der Parameter ${name} wird nirgends gebraucht.`]),
      ];
    },
  );
}
