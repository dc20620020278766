import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ListFolder, openListFolder } from '#fim/lists.js';
import { root } from '#settings/root.js';
import type { Ars, Json, Leistung } from '#submission/vocabulary.js';
import { type Admission, admit } from './admit.js';
import { readProcess } from './assemble.js';
import { type Description, describe } from './describe.js';
import { lintPrograms } from './lint-steps.js';
import type { FormField } from './mapping.js';
import { message, request } from './message.js';
import type { Process } from './process.js';
import { type MessageInput } from './program.js';
import { type Given, type Plan, steps } from './steps.js';

export interface Question {
  leistung: Leistung;
  ars: Ars;
  /** The moment of acceptance; its day counts in Europe/Berlin. */
  date: Date;
}

/** All processes. Several versions stand side by side: the nearest region wins, then the latest that is valid on the day, then the one added last. */
export class Processes {
  readonly #all: Process[] = [];
  #imported: Process[] = [];

  constructor(processes: Iterable<Process> = []) {
    for (const process of processes) this.add(process);
  }

  all(): Process[] {
    return [...this.#all, ...this.#imported];
  }

  /** Replaces what schemas imported into the running system make. A version that is shipped, too, is left out. */
  renew(imported: Process[]): void {
    const shipped = new Set(this.#all.map(({ leistung, version }) => `${leistung} ${version}`));
    this.#imported = imported.filter(({ leistung, version }) => !shipped.has(`${leistung} ${version}`));
  }

  /** @throws Error when that version exists already */
  add(process: Process): void {
    const same = (other: Process) => [process.leistung, '*'].includes(other.leistung) || process.leistung === '*';
    if (this.#all.some((other) => other.version === process.version && same(other)))
      throw new Error(`Den Prozess ${process.leistung} gibt es in Version ${process.version} schon.`);
    this.#all.push(process);
  }

  /** The Leistung's own process, or `undefined`: then {@link universal} takes it where the region names an adapter. */
  find({ leistung, ars, date }: Question): Process | undefined {
    const day = dayOf(date);
    return this.all()
      .reverse()
      .filter(
        (process) => process.leistung === leistung && ars.startsWith(process.region ?? '') && isValid(process, day),
      )
      .sort((a, b) => (b.region ?? '').length - (a.region ?? '').length || b.validFrom.localeCompare(a.validFrom))[0];
  }

  /** The process for any Leistung without its own. Throws where none is shipped. */
  universal(date = new Date()): Process {
    const found = this.find({ leistung: '*', ars: '', date });
    if (!found) throw new Error('Es gibt keinen Universalprozess.');
    return found;
  }

  /** The version that a submission was accepted with, be it the Leistung's own or the universal one. */
  exact(leistung: Leistung, version: string): Process | undefined {
    const named = (wanted: string) =>
      this.all().find((process) => process.leistung === wanted && process.version === version);
    return named(leistung) ?? named('*');
  }

  admit(process: Process, fields: FormField[]): Promise<Admission> {
    return admit(process, fields);
  }

  steps(process: Process, given: Given): Plan {
    return steps(process, given);
  }

  message(process: Process, step: string, input: MessageInput): Promise<Json> {
    return message(process, step, input);
  }

  request(process: Process, step: string, input: MessageInput): ReturnType<typeof request> {
    return request(process, step, input);
  }

  describe(process: Process): Description {
    return describe(process);
  }
}

const berlinDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
/** The day that counts, `YYYY-MM-DD`. */
export const dayOf = (date: Date): string => berlinDay.format(date);
const isValid = (process: Process, day: string) => process.validFrom <= day && day <= (process.validTo ?? '9999');

export interface Folders {
  /** Default `schemas/processes`. */
  dir?: string;
  /** Default `schemas/lists`. */
  lists?: ListFolder;
}

/**
 * Reads every `process.json`, at `<dir>/<name>/` or, for further versions, at `<dir>/<name>/<version>/`.
 * @throws Error with one German sentence that names file and cause
 */
export function openProcesses({ dir = shipped, lists = openLists() }: Folders = {}): Processes {
  return new Processes(processFiles(dir).map((file) => sound(readProcess(file, lists))));
}

/** A mapping that names what schema or parameters do not have would make wrong messages: nothing starts with it. */
function sound(process: Process): Process {
  const [problem] = lintPrograms(process);
  if (problem !== undefined)
    throw new Error(`Der Prozess ${process.leistung} ${process.version} ist nicht stimmig: ${problem}`);
  return process;
}

export const shipped = join(root, 'schemas', 'processes');
export const openLists = (): ListFolder => openListFolder(join(root, 'schemas', 'lists'));

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
