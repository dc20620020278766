import { Problem } from '#problems/problem.js';

/** `leistung` and `ars` of an address. Throws `malformed`. */
export function readDestination(query: Record<string, unknown>): { leistung: string; ars: string } {
  return { leistung: readLeistung(query['leistung']), ars: readArs(query['ars']) };
}

export function readLeistung(value: unknown): string {
  return demand(value, /^\d{14}$/, 'Die Angabe „leistung“ ist ein Leistungsschlüssel mit 14 Ziffern.');
}

export function readArs(value: unknown): string {
  return demand(value, /^\d{12}$/, 'Die Angabe „ars“ ist ein Regionalschlüssel mit 12 Ziffern.');
}

/** `true` or `false`; false where it is absent. A misspelt one must not store what was only to be tried. */
export function readFlag(query: Record<string, unknown>, name: string): boolean {
  return demand(query[name] ?? 'false', /^(true|false)$/, `Die Angabe „${name}“ ist „true“ oder „false“.`) === 'true';
}

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): up to 255 visible characters. */
export function readKey(header: unknown): string | undefined {
  return header === undefined
    ? undefined
    : demand(header, /^[\x21-\x7e]{1,255}$/, 'Der Kopf „Idempotency-Key“ hat 1 bis 255 sichtbare ASCII-Zeichen.');
}

/** What is none names nothing. */
export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

function demand(value: unknown, pattern: RegExp, sentence: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Problem('malformed', sentence);
  return value;
}
