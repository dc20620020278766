import { DateTime } from 'luxon';
import { loadRegions } from '#regions/regions.js';
import { texts } from './texts.js';

/** Values as a person reads them. */

/** The local time of the administration; empty where there is none. */
export function time(iso: string | null | undefined): string {
  return iso ? DateTime.fromISO(iso, { zone: 'Europe/Berlin' }).toFormat('dd.MM.yyyy HH:mm:ss') : '';
}

/** `2027-01-31` as `31.01.2027`; empty where there is none. */
export function day(iso: string | undefined): string {
  return iso?.split('-').reverse().join('.') ?? '';
}

/** Name and key of a region; the key alone where the region tree has no name for it. */
export function region(ars: string): string {
  const name = loadRegions().name(ars);
  return name === ars ? ars : `${name} (${ars})`;
}

/** A number and the word for what is counted, in its singular or plural. */
export function count(n: number, [one, many]: readonly [string, string]): string {
  return `${n.toLocaleString('de-DE')} ${n === 1 ? one : many}`;
}

const words: Record<string, string> = texts.words;

/** A word of the API or the database in German. */
export function word(text: string | null): string {
  return text === null ? '' : (words[text] ?? text);
}
