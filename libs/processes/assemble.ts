import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ListFolder } from '#fim/lists.js';
import { readSchema } from '#fim/read.js';
import { compileValidator } from '#fim/validator.js';
import type { Leistung } from '#submission/vocabulary.js';
import { identityRows, readRows } from './mapping.js';
import { stepProgram } from './message.js';
import { type Process, type ProcessFile, processSchema, type Step } from './process.js';
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
  { schema: _, mapping, ...file }: ProcessFile,
  xml: string | Uint8Array,
  lists: ListFolder,
  source = (text: string) => text,
): Process {
  const { model, findings } = readSchema(xml, { lists });
  if (!model)
    throw new Error(findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])).join(' '));
  const programs = file.steps.flatMap((step) => {
    const program = programOf(step);
    return program === undefined ? [] : [[step.name, stepProgram(source(program), file.parameters)] as const];
  });
  const process = {
    ...file,
    schema: { id: model.id, version: model.version ?? '' },
    model,
    validator: compileValidator(model),
    programs: new Map(programs),
  };
  if (mapping === 'identity') return { ...process, rows: identityRows(model) };
  if (!isMapper(mapping)) return { ...process, rows: readRows(mapping, model) };
  return { ...process, rows: readRows(mapping.fields, model), mapper: compile(source(mapping.jsonata)) };
}

const programOf = (step: Step): string | undefined => (step.kind === 'register' ? step.request : step.message);

type Mapper = { jsonata: string; fields: Record<string, string> };
const isMapper = (mapping: object): mapping is Mapper => 'jsonata' in mapping;

/** A process made in code: the form uses FIM ids, one step delivers. For schemas that arrive at run time. */
export function processFromSchema(options: {
  leistung: Leistung;
  xml: string | Uint8Array;
  lists: ListFolder;
  adapter: string;
  version?: string;
}): Process {
  const file = processSchema.parse({
    leistung: options.leistung,
    title: 'Aus dem Schema',
    version: options.version ?? '1.0.0',
    validFrom: '2000-01-01',
    schema: 'schema.xml',
    mapping: 'identity',
    steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter: options.adapter }],
  });
  const process = assemble(file, options.xml, options.lists);
  return { ...process, title: process.model.name };
}
