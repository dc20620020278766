import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { valuesAt } from '#processes/values.js';
import type { Json } from '#submission/vocabulary.js';

/** The identity of a person, as far as a form states it. */
export interface Identity {
  familienname: string;
  vornamen: string;
  /** ISO 8601. */
  geburtsdatum: string;
}

/** Makes pseudonyms that tell nothing to anybody who has neither the key nor the person's data. */
interface OneKeysPseudonyms {
  ofIdentity(identity: Identity): string;
  /** `postfachHandleId`: the mailbox to which the portal answers. */
  ofHandle(postfachHandleId: string): string;
}

/** Those of the newest key, with which is written. */
export interface Pseudonyms extends OneKeysPseudonyms {
  /** Under every key in force, newest first: a search asks for all. */
  search(person: Identity | { postfachHandleId: string }): string[];
}

/** `keys`: of PSEUDONYM_KEY, newest first. */
export function openPseudonyms(keys: readonly Uint8Array[]): Pseudonyms {
  const all = keys.map(pseudonymsUnder);
  return {
    ...all[0]!,
    search: (person) =>
      all.map(({ ofIdentity, ofHandle }) =>
        'postfachHandleId' in person ? ofHandle(person.postfachHandleId) : ofIdentity(person),
      ),
  };
}

/**
 * HMAC-SHA256 (RFC 2104), hex, with a key derived from one of PSEUDONYM_KEY by HKDF (RFC 5869). Names are normalised to
 * NFC, lower case and single spaces.
 */
function pseudonymsUnder(key: Uint8Array): OneKeysPseudonyms {
  // as a KeyObject: with bytes each HMAC costs five times as much
  const own = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'stellwerk access log', 32)));
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

/** The pseudonyms of everybody whom a submission is about, and of its mailbox. `paths`: as {@link personsIn}. */
export function pseudonymsIn(
  { data, handle }: { data: Json; handle?: string | null | undefined },
  paths: Identity | undefined,
  { ofIdentity, ofHandle }: OneKeysPseudonyms,
): string[] {
  return [...personsIn(data, paths).map(ofIdentity), ...(handle ? [ofHandle(handle)] : [])];
}

/**
 * The persons that a submission is about. `paths` are the FIM paths of their names and dates of birth; a repeated group
 * holds several persons. A person whose data is incomplete is left out.
 */
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
