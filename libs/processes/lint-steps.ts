import { z } from 'zod';
import type { Adapter } from '#adapters/contract.js';
import { type Field, positions } from '#fim/model.js';
import type { Process } from './process.js';
import type { ParameterDefinition, Step } from './process-file.js';
import { pathsUnder } from './program-paths.js';
import { texts } from './texts.js';

/** Whether adapters exist, consents are yes/no fields, and expressions name only what exists. */
export function lintSteps(process: Process, adapters: Map<string, Adapter>): string[] {
  const twice = process.steps.filter(({ name }, i) => process.steps.findIndex((other) => other.name === name) < i);
  return [
    ...lintPerson(process),
    ...twice.map(({ name }) => texts.lint.stepTwice(name)),
    ...process.steps.flatMap((step) =>
      [
        ...lintAdapter(step, adapters),
        ...lintAttributes(step, adapters),
        ...lintWhen(process, step),
        ...lintConsent(process, step),
        ...lintCompare(process, step),
      ].map((text) => texts.lint.atStep(step.name, text)),
    ),
    ...lintPrograms(process),
  ];
}

/** What the expressions of steps and templates name but schema, parameters or earlier steps do not have. */
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
      ...(program ? lint(program.source).map((text) => texts.lint.atStep(name, text)) : []),
      ...templates.flatMap(([template, { program }]) =>
        lint(program.source).map((text) => texts.lint.atTemplate(name, template, text)),
      ),
    ];
  });
}

/** A process that asks a register must be able to say later about whom. */
function lintPerson({ person, steps, model }: Process): string[] {
  if (!person) return steps.some(({ kind }) => kind === 'register') ? [texts.lint.noPerson] : [];
  const paths = new Set([...positions(model)].map(({ path }) => path));
  return Object.values(person)
    .filter((path) => !paths.has(path))
    .map(texts.lint.noPersonField);
}

/** Undefined if only regions name it. */
const presetAdapter = ({ adapter }: Step) => (typeof adapter === 'string' ? adapter : adapter.default);

function lintAdapter(step: Step, adapters: Map<string, Adapter>): string[] {
  const id = presetAdapter(step);
  if (id === undefined) return [];
  const found = adapters.get(id)?.manifest;
  if (!found) return [texts.lint.noAdapter(id)];
  return found.kind === step.kind ? [] : [texts.lint.otherKind(id, step.kind)];
}

function lintAttributes(step: Step, adapters: Map<string, Adapter>): string[] {
  if (step.kind !== 'register') return [];
  const id = presetAdapter(step);
  const known = id === undefined ? undefined : adapters.get(id)?.manifest.attributes;
  return step.attributes
    .filter((attribute) => known && (!Object.hasOwn(known, attribute) || attribute.includes('.')))
    .map((attribute) => texts.lint.noAttribute(id, attribute));
}

function lintWhen({ model }: Process, { when }: Step): string[] {
  return when === undefined || [...positions(model)].some(({ path }) => path === when) ? [] : [texts.lint.noPath(when)];
}

function lintConsent(process: Process, { consent }: Step): string[] {
  if (consent === undefined) return [];
  return fieldsOf(process).get(consent)?.type === 'bool' ? [] : [texts.lint.noYesNoField(consent)];
}

function lintCompare(process: Process, step: Step): string[] {
  if (step.kind !== 'register') return [];
  const fields = fieldsOf(process);
  return Object.entries(step.compare).flatMap(([attribute, field]) => [
    ...(step.attributes.includes(attribute.split('.')[0]!) ? [] : [texts.lint.notAsked(attribute)]),
    ...(fields.has(field) ? [] : [texts.lint.noFieldToCompare(field)]),
  ]);
}

/** The fields of the schema by path. */
function fieldsOf({ model }: Process): Map<string, Field> {
  return new Map(
    [...positions(model)].flatMap(({ path, edge }) =>
      edge.element.kind === 'field' ? [[path, edge.element] as const] : [],
    ),
  );
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
  const ids = [...new Set(source.match(/\b[GF]\d{8,11}\b/g) ?? [])];
  const dataPaths = pathsUnder(source, 'data').map((names) => names.filter((id) => /^[GF]\d+$/.test(id)).join('.'));
  const namesUnder = (root: string) => pathsUnder(source, root).map(([name]) => name!);
  const unrepeatable = source.match(/\$(now|millis|random|shuffle)\b/g) ?? [];
  return [
    ...ids.filter((id) => !elements.has(id)).map(texts.lint.noElement),
    ...dataPaths.filter((path) => path !== '' && !paths.has(path)).map(texts.lint.noPath),
    ...namesUnder('parameters')
      .filter((name) => !(name in parameters))
      .map((name) => (name === '*' ? texts.lint.parameterByName : texts.lint.undefinedParameter(name))),
    ...namesUnder('registers')
      .filter((name) => !answers.has(name))
      .map(texts.lint.noEarlierRegister),
    ...unrepeatable.map(texts.lint.notRepeatable),
  ];
}

/** Whether defaults and examples satisfy their own definition, and every definition is used. */
export function lintParameters({ parameters, programs, templates }: Process): string[] {
  const all = [
    ...programs.values(),
    ...[...templates.values()].flatMap((own) => [...own.values()].map((template) => template.program)),
  ];
  const used = new Set(all.flatMap(({ source }) => pathsUnder(source, 'parameters').map(([name]) => name!)));
  return Object.entries(parameters).flatMap(([name, definition]) => [
    ...wrongSamples(definition).map(() => texts.lint.wrongSample(name)),
    ...(used.has(name) ? [] : [texts.lint.unusedParameter(name)]),
  ]);
}

function wrongSamples(definition: ParameterDefinition): unknown[] {
  const { title: _, description, required, default: preset, examples = [], ...schema } = definition;
  const type = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  return [...examples, ...(preset === undefined ? [] : [preset])].filter((value) => !type.safeParse(value).success);
}
