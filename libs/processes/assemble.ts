import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ListFolder } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { compileValidator } from '#fim/validator.js';
import type { Leistung } from '#submission/vocabulary.js';
import { identityRows, readRows } from './mapping.js';
import { type Process, type Template } from './process.js';
import { type ProcessFile, processSchema, type Step } from './process-file.js';
import { compile } from './program.js';
import { type StepProgram, stepProgram, templateProgram } from './step-program.js';
import { texts } from './texts.js';

/**
 * Reads `process.json` and the files beside it. `timeout`: see {@link compile}.
 * @throws Error with one German sentence that names file and cause
 */
export function readProcess(file: string, lists: ListFolder, timeout?: number): Process {
  const folder = dirname(file);
  try {
    const written = readFile(file);
    const [xml, rules] = [written.schema, written.rules].map((name) => name && readFileSync(join(folder, name)));
    const model = readModel(xml!, lists, rules);
    return { ...compose(withSources(written, folder), model, timeout), folder };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`${join(basename(folder), 'process.json')}: ${cause}`);
  }
}

function readFile(file: string): ProcessFile {
  const parsed = processSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`${issue.path.join('.')}: ${issue.message}`);
}

/** @throws Error with everything that is wrong with the schema and the rules beside it */
export function readModel(xml: string | Uint8Array, lists: ListFolder, rules?: string | Uint8Array): Schema {
  const { model, findings } = readSchema(xml, { lists, rules });
  if (model) return model;
  throw new Error(findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])).join(' '));
}

/**
 * Compiles a process, whose expressions stand in place, against a schema. `timeout`: see {@link compile}.
 * @throws MappingError or ProgramError if it does not fit
 */
export function compose(written: ProcessFile, model: Schema, timeout?: number): Process {
  const { schema: _, rules: _rules, mapping, ...file } = written;
  const programs = programsOf(file, timeout);
  const process = {
    ...file,
    written,
    schema: { id: model.id, version: model.version ?? '' },
    model,
    validator: compileValidator(model),
    programs,
    templates: new Map(file.steps.map((step) => [step.name, templatesOf(step, file.parameters, timeout)])),
  };
  if (mapping === 'identity') return { ...process, rows: identityRows(model) };
  if (!isMapper(mapping)) return { ...process, rows: readRows(mapping, model) };
  return { ...process, rows: readRows(mapping.fields, model), mapper: compile(mapping.jsonata, timeout) };
}

function programsOf(
  { steps, parameters }: Pick<ProcessFile, 'steps' | 'parameters'>,
  timeout?: number,
): Map<string, StepProgram> {
  const programs = new Map<string, StepProgram>();
  for (const step of steps) {
    const source = step.kind === 'register' ? step.request : step.message;
    if (source !== undefined) programs.set(step.name, stepProgram(source, parameters, timeout));
  }
  return programs;
}

function templatesOf(step: Step, parameters: ProcessFile['parameters'], timeout?: number): Map<string, Template> {
  const templates = step.kind === 'fachverfahren' ? (step.templates ?? {}) : {};
  const compiled = mapValues(templates, (template) => {
    const { message: _, ...about } = template;
    return { ...about, program: templateProgram(template, parameters, timeout) };
  });
  return new Map(Object.entries(compiled));
}

/** Puts the text of `.jsonata` files in place of their names. */
function withSources({ mapping, steps, ...file }: ProcessFile, folder: string): ProcessFile {
  const source = (text: string) => (/^[\w-]+\.jsonata$/.test(text) ? readFileSync(join(folder, text), 'utf8') : text);
  return {
    ...file,
    mapping: mapping !== 'identity' && isMapper(mapping) ? { ...mapping, jsonata: source(mapping.jsonata) } : mapping,
    steps: steps.map((step) => {
      if (step.kind === 'register') return { ...step, request: source(step.request) };
      const { message, templates } = step;
      return {
        ...step,
        ...(message !== undefined && { message: source(message) }),
        ...(templates && {
          templates: mapValues(templates, (template) => ({ ...template, message: source(template.message) })),
        }),
      };
    }),
  };
}

const mapValues = <T, U>(values: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

type Mapper = { jsonata: string; fields: Record<string, string> };
export const isMapper = (mapping: object): mapping is Mapper => 'jsonata' in mapping;

/** The file of a process whose form uses FIM ids and whose only step delivers the data as they are. */
export function identityFile(options: {
  leistung: Leistung;
  title: string;
  version: string;
  validFrom: string;
  region?: string | undefined;
  adapter: Step['adapter'];
}): ProcessFile {
  const { adapter, ...about } = options;
  return processSchema.parse({
    ...about,
    schema: 'schema.xml',
    mapping: 'identity',
    steps: [{ name: 'zustellung', title: texts.deliveryStep, kind: 'fachverfahren', adapter }],
  });
}
