import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ListFolder } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { compileValidator } from '#fim/validator.js';
import type { Leistung } from '#submission/vocabulary.js';
import { identityRows, readRows } from './mapping.js';
import { stepProgram, templateProgram } from './message.js';
import { type Process, type Template } from './process.js';
import { type ProcessFile, processSchema, type Step } from './process-file.js';
import { compile } from './program.js';

/**
 * Reads `process.json` and what lies beside it.
 * @throws Error with one German sentence that names file and cause
 */
export function readProcess(file: string, lists: ListFolder): Process {
  const folder = dirname(file);
  try {
    const written = readFile(file);
    const source = (text: string) => (/^[\w-]+\.jsonata$/.test(text) ? readFileSync(join(folder, text), 'utf8') : text);
    return { ...assemble(written, readFileSync(join(folder, written.schema)), lists, source), folder };
  } catch (error) {
    throw new Error(`${join(basename(folder), 'process.json')}: ${(error as Error).message}`);
  }
}

function readFile(file: string): ProcessFile {
  const parsed = processSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`${issue.path.join('.')}: ${issue.message}`);
}

/** Puts a process together. `source` turns the name of a JSONata file into its text. */
export function assemble(
  written: ProcessFile,
  xml: string | Uint8Array,
  lists: ListFolder,
  source = (text: string) => text,
): Process {
  const { model, findings } = readSchema(xml, { lists });
  if (!model)
    throw new Error(findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])).join(' '));
  return compose(inPlace(written, source), model);
}

/** Fits a process, whose expressions stand in place, to a schema. Throws `MappingError` or `ProgramError` where it does not fit. */
export function compose(written: ProcessFile, model: Schema): Process {
  const { schema: _, mapping, ...file } = written;
  const programs = file.steps.flatMap((step) => {
    const program = programOf(step);
    return program === undefined ? [] : [[step.name, stepProgram(program, file.parameters)] as const];
  });
  const process = {
    ...file,
    written,
    schema: { id: model.id, version: model.version ?? '' },
    model,
    validator: compileValidator(model),
    programs: new Map(programs),
    templates: new Map(file.steps.map((step) => [step.name, templatesOf(step, file.parameters)])),
  };
  if (mapping === 'identity') return { ...process, rows: identityRows(model) };
  if (!isMapper(mapping)) return { ...process, rows: readRows(mapping, model) };
  return { ...process, rows: readRows(mapping.fields, model), mapper: compile(mapping.jsonata) };
}

function inPlace({ mapping, steps, ...file }: ProcessFile, source: (text: string) => string): ProcessFile {
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
          templates: mapped(templates, (template) => ({ ...template, message: source(template.message) })),
        }),
      };
    }),
  };
}

function templatesOf(step: Step, parameters: ProcessFile['parameters']): Map<string, Template> {
  const templates = step.kind === 'fachverfahren' ? (step.templates ?? {}) : {};
  const compiled = mapped(templates, (template) => {
    const { message: _, ...about } = template;
    return { ...about, program: templateProgram(template, parameters) };
  });
  return new Map(Object.entries(compiled));
}

const mapped = <T, U>(values: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

const programOf = (step: Step): string | undefined => (step.kind === 'register' ? step.request : step.message);

type Mapper = { jsonata: string; fields: Record<string, string> };
export const isMapper = (mapping: object): mapping is Mapper => 'jsonata' in mapping;

/** What a process for a form that uses FIM ids is made from: one step delivers the data as they are. */
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
    steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter }],
  });
}

/** A process made in code: the form uses FIM ids, one step delivers. */
export function processFromSchema(options: {
  leistung: Leistung;
  xml: string | Uint8Array;
  lists: ListFolder;
  adapter: string;
  version?: string;
}): Process {
  const { leistung, adapter, version = '1.0.0' } = options;
  const file = identityFile({ leistung, adapter, version, title: 'Aus dem Schema', validFrom: '2000-01-01' });
  const process = assemble(file, options.xml, options.lists);
  return { ...process, title: process.model.name };
}
