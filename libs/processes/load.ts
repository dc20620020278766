import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ListFolder, openListFolder } from '#fim/lists.js';
import { root } from '#settings/root.js';
import { readProcess } from './assemble.js';
import { lintPrograms } from './lint-steps.js';
import type { Process } from './process.js';
import { Processes } from './processes.js';
import { texts } from './texts.js';

export const shipped = join(root, 'schemas', 'processes');
export const openLists = (): ListFolder => openListFolder(join(root, 'schemas', 'lists'));

export interface LoadOptions {
  /** Default `schemas/processes`. */
  dir?: string;
  /** Default `schemas/lists`. */
  lists?: ListFolder;
  /** Milliseconds that one run of an expression may take; default 500. */
  timeout?: number;
}

/**
 * Reads every `process.json`, at `<dir>/<name>/` or, for further versions, at `<dir>/<name>/<version>/`.
 * @throws Error with one German sentence that names file and cause
 */
export function openProcesses({ dir = shipped, lists = openLists(), timeout }: LoadOptions = {}): Processes {
  return new Processes(processFiles(dir).map((file) => demandSound(readProcess(file, lists, timeout))));
}

/**
 * Refuses to start with an expression that names what schema or parameters do not have: it would make wrong messages.
 */
function demandSound(process: Process): Process {
  const [problem] = lintPrograms(process);
  if (problem !== undefined) throw new Error(texts.load.unsound(process.leistung, process.version, problem));
  return process;
}

export function processFiles(dir: string): string[] {
  const within = (folder: string) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(folder, entry.name)] : [],
    );
  return within(dir)
    .flatMap((folder) => [folder, ...within(folder)])
    .map((folder) => join(folder, 'process.json'))
    .filter((file) => existsSync(file))
    .sort();
}
