import { Problem } from '#problems/problem.js';
import type { Address } from './hand-over.js';
import { texts } from './texts.js';

/** Values that stand in addresses and headers. All readers throw {@link Problem} `malformed`. */

export function readAddress(query: Record<string, unknown>): Address {
  return { leistung: readLeistung(query['leistung']), ars: readArs(query['ars']) };
}

export function readLeistung(value: unknown): string {
  return demand(value, /^\d{14}$/, texts.request.leistung);
}

export function readArs(value: unknown): string {
  return demand(value, /^\d{12}$/, texts.request.ars);
}

/** `true` or `false`; false where it is absent. A misspelt value must not store what was only to be tried. */
export function readFlag(query: Record<string, unknown>, name: string): boolean {
  return demand(query[name] ?? 'false', /^(true|false)$/, texts.request.flag(name)) === 'true';
}

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): up to 255 visible characters. */
export function readIdempotencyKey(header: unknown): string | undefined {
  return header === undefined ? undefined : demand(header, /^[\x21-\x7e]{1,255}$/, texts.request.idempotencyKey);
}

/** Ids in paths are not demanded to be UUIDs: what is none names nothing, so the answer is 404. */
export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

function demand(value: unknown, pattern: RegExp, message: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Problem('malformed', message);
  return value;
}
