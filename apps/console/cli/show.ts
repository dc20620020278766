import Table from 'cli-table3';
import { DateTime } from 'luxon';
import { loadRegions } from '#regions/regions.js';

/** Prints `answer` as JSON where `--json` was asked for, else as `text` says. */
export function show<T>(answer: T, options: { json?: boolean }, text: (answer: T) => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : text(answer)}\n`);
}

/** A table without borders between rows; columns that would be empty throughout are left out. */
export function table(head: string[], rows: (string | number | null)[][]): string {
  const used = head.map((_, n) => rows.some((row) => (row[n] ?? '') !== ''));
  const keep = <T>(cells: T[]) => cells.filter((_, n) => used[n]);
  const made = new Table({ head: keep(head), style: { head: [], border: [], compact: true } });
  for (const row of rows) made.push(keep(row).map((cell) => String(cell ?? '')));
  return made.toString();
}

/** Name and value, one a line; nothing where the value is empty. */
export function facts(pairs: [string, string | number | null | undefined][]): string {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...given.map(([name]) => name.length)) + 2;
  return given.map(([name, value]) => `${`${name}:`.padEnd(width)}${value}`).join('\n');
}

/** Local time of the administration. */
export function time(iso: string | null | undefined): string {
  return iso ? DateTime.fromISO(iso, { zone: 'Europe/Berlin' }).toFormat('dd.MM.yyyy HH:mm:ss') : '';
}

export function place(ars: string): string {
  const name = loadRegions().name(ars);
  return name === ars ? ars : `${name} (${ars})`;
}

export function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString('de-DE')} ${n === 1 ? one : many}`;
}
