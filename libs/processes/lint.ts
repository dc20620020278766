import { isDeepStrictEqual } from 'node:util';
import { loadAdapters } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { encode } from '#adapters/tools/formats.js';
import type { ListFolder } from '#fim/lists.js';
import { carriesData, isReleased, isValidOn, type Position, positions } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import { readProcess } from './assemble.js';
import { examplesOf, tryExample } from './examples.js';
import { lintParameters, lintSteps } from './lint-steps.js';
import { openLists, Processes, processFiles, shipped } from './load.js';
import { message, request } from './message.js';
import type { Process } from './process.js';
import { applies } from './steps.js';

/** Something about a process that would surprise a portal, a municipality or an operator later. */
export interface Finding {
  /** Leistung and version, or the file that cannot be read. */
  process: string;
  /** German. */
  message: string;
}

/** Checks every process in a folder against its schema, the adapters that exist, and its own examples. */
export async function lintAll(
  options: { dir?: string; lists?: ListFolder; adapters?: Map<string, Adapter> } = {},
): Promise<Finding[]> {
  const { dir = shipped, lists = openLists(), adapters = await loadAdapters() } = options;
  const findings: Finding[] = [];
  const processes = new Processes();
  for (const file of processFiles(dir)) {
    try {
      processes.add(readProcess(file, lists));
    } catch (error) {
      findings.push({ process: file.slice(dir.length + 1), message: (error as Error).message });
    }
  }
  for (const process of processes.all())
    for (const message of await lint(process, adapters))
      findings.push({ process: `${process.leistung} ${process.version}`, message });
  return findings;
}

/** What is wrong with one process, in German sentences. */
export async function lint(process: Process, adapters: Map<string, Adapter>): Promise<string[]> {
  const { model } = process;
  return [
    ...(isReleased(model) ? [] : [`Das Schema ${model.key} ist nicht freigegeben.`]),
    ...lintFit(process, adapters),
    ...(await lintExamples(process)),
  ];
}

/** Whether schema, mapping, steps and parameters fit together. */
export function lintFit(process: Process, adapters: Map<string, Adapter>): string[] {
  const { model, validFrom } = process;
  return [
    ...(isValidOn(model, validFrom) ? [] : [`Das Schema ${model.key} gilt am ${validFrom} nicht.`]),
    ...lintMapping(process),
    ...lintSteps(process, adapters),
    ...lintParameters(process),
  ];
}

/** Every mandatory field is mapped, wherever its group can be filled at all; and nothing is mapped onto what takes no data. */
function lintMapping({ model, rows }: Process): string[] {
  const all = [...positions(model)];
  const filled = new Set(['']);
  for (const path of rows.byPath.keys()) for (let at = above(path); at !== ''; at = above(at)) filled.add(at);
  for (const { path, edge } of all)
    if (edge.min > 0 && edge.element.kind === 'group' && filled.has(above(path))) filled.add(path);
  const unmapped = all.filter(
    ({ path, edge }) =>
      edge.element.kind === 'field' &&
      carriesData(edge.element) &&
      edge.min > 0 &&
      filled.has(above(path)) &&
      !rows.byPath.has(path),
  );
  return [
    ...unmapped.map((position) => `Das Pflichtfeld ${named(position)} hat kein Formularfeld.`),
    ...[...rows.byForm].flatMap(([key, { leaf, levels }]) => [
      ...(carriesData(leaf.element) || rows.identity ? [] : [`${key}: ${leaf.element.id} nimmt keine Daten auf.`]),
      ...levels
        .filter(({ fixed, repeated }) => fixed !== undefined && !repeated)
        .map(({ id }) => `${key}: ${id} wiederholt sich nicht, eine Nummer in Klammern gehört nicht dorthin.`),
    ]),
  ];
}

const above = (path: string) => path.split('.').slice(0, -1).join('.');
const named = ({ path, edge }: Position) => `„${edge.element.label}“ (${path})`;

async function lintExamples(process: Process): Promise<string[]> {
  const found: string[] = [];
  const examples = examplesOf(process);
  for (const example of examples) {
    const answer = await tryExample(process, example);
    if ('data' in answer) {
      if (example.expected) found.push(`${example.name} wird angenommen.`);
      else found.push(...(await lintMessages(process, example.name, answer.data)));
    } else if (!isDeepStrictEqual(answer, example.expected)) {
      found.push(`${example.name} wird beantwortet mit ${JSON.stringify(answer)}.`);
    }
  }
  if (process.folder !== undefined && !examples.some(({ expected }) => !expected))
    found.push('Ein gültiges Beispiel fehlt.');
  return found;
}

/** Every expression runs on a valid example, with the parameters' own examples. */
async function lintMessages(process: Process, example: string, data: Json): Promise<string[]> {
  const parameters = Object.fromEntries(
    Object.entries(process.parameters).flatMap(([name, { examples }]) =>
      examples?.length ? [[name, examples[0]]] : [],
    ),
  );
  const { schema, leistung } = process;
  const submission = {
    submissionId: '00000000-0000-7000-8000-000000000001',
    caseId: '00000000-0000-7000-8000-000000000002',
    leistung,
    ars: '081110000000',
    receivedAt: '2026-11-20T08:15:00.000Z',
    schema,
  };
  const input = { data, parameters, registers: {}, submission };
  const found: string[] = [];
  for (const step of process.steps.filter((one) => applies(one, data))) {
    try {
      const made =
        step.kind === 'register'
          ? (await request(process, step.name, input)).subject
          : await message(process, step.name, input);
      if (made === null || (typeof made === 'object' && Object.keys(made).length === 0))
        found.push(`Schritt ${step.name}: Aus ${example} entsteht nichts.`);
    } catch (error) {
      found.push(`Schritt ${step.name}: ${example}: ${(error as Error).message}`);
    }
    for (const [name, { format, program, columns }] of process.templates.get(step.name) ?? [])
      try {
        const made = await program.run(input);
        encode(made, format);
        const rows = columns ? (made as Record<string, Json>[]) : [];
        const more = rows.flatMap(Object.keys).find((column) => !columns!.includes(column));
        if (more !== undefined) throw new Error(`Die Spalte ${more} steht nicht unter columns.`);
      } catch (error) {
        found.push(`Schritt ${step.name}, Vorlage ${name}: ${example}: ${(error as Error).message}`);
      }
  }
  return found;
}
