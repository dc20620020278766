import type { Ars, Leistung } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import { texts } from './texts.js';

export interface ProcessQuery {
  leistung: Leistung;
  ars: Ars;
  /** The moment of acceptance; its day in Europe/Berlin counts. */
  date: Date;
}

/**
 * All processes, in several versions each. Of those that apply, the nearest region wins, then the latest `validFrom`,
 * then the one added last.
 */
export class Processes {
  readonly #shipped: Process[] = [];
  #imported: Process[] = [];

  constructor(processes: Iterable<Process> = []) {
    for (const process of processes) this.add(process);
  }

  all(): Process[] {
    return [...this.#shipped, ...this.#imported];
  }

  /** Replaces the processes that imported schemas make. A version that is also shipped is left out. */
  replaceImported(imported: Process[]): void {
    const shipped = new Set(this.#shipped.map(({ leistung, version }) => `${leistung} ${version}`));
    this.#imported = imported.filter(({ leistung, version }) => !shipped.has(`${leistung} ${version}`));
  }

  /** @throws Error if that version exists already */
  add(process: Process): void {
    const same = (other: Process) => [process.leistung, '*'].includes(other.leistung) || process.leistung === '*';
    if (this.#shipped.some((other) => other.version === process.version && same(other)))
      throw new Error(texts.load.versionExists(process.leistung, process.version));
    this.#shipped.push(process);
  }

  /** The Leistung's own process. If there is none, {@link universal} applies where the region names an adapter. */
  find({ leistung, ars, date }: ProcessQuery): Process | undefined {
    const day = dayOf(date);
    return this.all()
      .reverse()
      .filter(
        (process) => process.leistung === leistung && ars.startsWith(process.region ?? '') && isValid(process, day),
      )
      .sort((a, b) => (b.region ?? '').length - (a.region ?? '').length || b.validFrom.localeCompare(a.validFrom))[0];
  }

  /** The process for every Leistung that has none of its own. Throws if none is shipped. */
  universal(date = new Date()): Process {
    const found = this.find({ leistung: '*', ars: '', date });
    if (!found) throw new Error(texts.load.noUniversalProcess);
    return found;
  }

  /** The version that a submission was accepted with, either the Leistung's own or the universal one. */
  exact(leistung: Leistung, version: string): Process | undefined {
    const named = (wanted: string) =>
      this.all().find((process) => process.leistung === wanted && process.version === version);
    return named(leistung) ?? named('*');
  }
}

const berlinDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
/** The day in Europe/Berlin, `YYYY-MM-DD`. */
export const dayOf = (date: Date): string => berlinDay.format(date);
const isValid = (process: Process, day: string) => process.validFrom <= day && day <= (process.validTo ?? '9999');
