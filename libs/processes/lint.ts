import { loadAdapters } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import type { ListFolder } from '#fim/lists.js';
import { carriesData, isReleased, isValidOn, positions } from '#fim/model.js';
import { readProcess } from './assemble.js';
import { lintExamples } from './lint-examples.js';
import { lintParameters, lintSteps } from './lint-steps.js';
import { openLists, processFiles, shipped } from './load.js';
import type { Process } from './process.js';
import { Processes } from './processes.js';
import { texts } from './texts.js';

/** Something about a process that would later surprise a portal, a municipality or an operator. */
export interface Finding {
  /** Leistung and version, or the file that cannot be read. */
  process: string;
  /** German. */
  message: string;
}

/** Longer than in the running system, because the check may run on a busy machine. */
const exampleTimeout = 10_000;

/** Checks every process in a folder against its schema, the adapters that exist, and its own examples. */
export async function lintAll(
  options: { dir?: string; lists?: ListFolder; adapters?: Map<string, Adapter> } = {},
): Promise<Finding[]> {
  const { dir = shipped, lists = openLists(), adapters = await loadAdapters() } = options;
  const findings: Finding[] = [];
  const processes = new Processes();
  for (const file of processFiles(dir)) {
    try {
      processes.add(readProcess(file, lists, exampleTimeout));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      findings.push({ process: file.slice(dir.length + 1), message });
    }
  }
  for (const process of processes.all())
    for (const message of await lint(process, adapters))
      findings.push({ process: `${process.leistung} ${process.version}`, message });
  return findings;
}

async function lint(process: Process, adapters: Map<string, Adapter>): Promise<string[]> {
  const { model } = process;
  return [
    ...(isReleased(model) ? [] : [texts.lint.notReleased(model.key)]),
    ...lintFit(process, adapters),
    ...(await lintExamples(process)),
  ];
}

/** Whether schema, mapping, steps and parameters fit together; German sentences. */
export function lintFit(process: Process, adapters: Map<string, Adapter>): string[] {
  const { model, validFrom } = process;
  return [
    ...(isValidOn(model, validFrom) ? [] : [texts.lint.notValidOn(model.key, validFrom)]),
    ...lintMapping(process),
    ...lintSteps(process, adapters),
    ...lintParameters(process),
  ];
}

/**
 * Whether every mandatory field is mapped if its group can be filled at all, and nothing is mapped onto an element that
 * takes no data.
 */
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
    ...unmapped.map(({ path, edge }) => texts.lint.unmappedField(edge.element.label, path)),
    ...[...rows.byForm].flatMap(([row, { leaf, levels }]) => [
      ...(carriesData(leaf.element) || rows.identity ? [] : [texts.lint.takesNoData(row, leaf.element.id)]),
      ...levels
        .filter(({ fixed, repeated }) => fixed !== undefined && !repeated)
        .map(({ id }) => texts.lint.needlessNumber(row, id)),
    ]),
  ];
}

const above = (path: string) => path.split('.').slice(0, -1).join('.');
