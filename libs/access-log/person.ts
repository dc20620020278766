import { createHmac, hkdfSync } from 'node:crypto';
import { valuesAt } from '#processes/values.js';
import type { Json } from '#submission/vocabulary.js';

/** Who somebody is, as far as a form tells. */
export interface Identity {
  familienname: string;
  vornamen: string;
  /** ISO 8601. */
  geburtsdatum: string;
}

/** Makes pseudonyms: whoever has neither the key nor the person's data learns nothing from one. */
export interface Pseudonyms {
  ofIdentity(identity: Identity): string;
  /** Of the mailbox to which the portal answers. */
  ofHandle(postfachHandleId: string): string;
}

/**
 * HMAC-SHA256 (RFC 2104), hex, with a key derived from Stellwerk's own by HKDF (RFC 5869). Names count in NFC, lower case, with single spaces. Another
 * STELLWERK_KEY gives other pseudonyms: what was logged before is then found no more.
 */
export function openPseudonyms(key: Uint8Array): Pseudonyms {
  const own = Buffer.from(hkdfSync('sha256', key, '', 'stellwerk access log', 32));
  const pseudonym = (...parts: string[]) =>
    createHmac('sha256', own)
      .update(JSON.stringify(parts.map(canonical)))
      .digest('hex');
  return {
    ofIdentity: ({ familienname, vornamen, geburtsdatum }) =>
      pseudonym('identity', familienname, vornamen, geburtsdatum),
    ofHandle: (handle) => pseudonym('handle', handle),
  };
}

const canonical = (text: string) => text.normalize('NFC').toLocaleLowerCase('de').trim().replace(/\s+/g, ' ');

/** The persons that a submission is about: `paths` lead to their names and dates of birth; in a repeated group there are several. Incomplete ones are left out. */
export function personsIn(data: Json, paths: Identity | undefined): Identity[] {
  if (!paths) return [];
  const columns = Object.entries(paths).map(([name, path]) => [name, valuesAt(data, path.split('.'))] as const);
  const count = Math.max(...columns.map(([, values]) => values.length));
  return Array.from({ length: count }, (_, n) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[n]])),
  ).filter((one): one is typeof one & Identity =>
    Object.values(one).every((value) => typeof value === 'string' && value !== ''),
  );
}
