import { hkdfSync } from 'node:crypto';
import type { Database } from '#store/database.js';
import { addPseudonymKey, pseudonymKeys } from '#store/sql/pseudonym.js';
import { texts } from './texts.js';

/** The keys for pseudonyms, as the database knows them. */
export interface KeysInForce {
  /** Of the newest key, with which is written. */
  version: number;
  /** The key with which the database began: numbers are made from it for ever. */
  first: Uint8Array;
}

/**
 * Tells the database about keys that are new to it. `keys`: newest first. Throws one sentence for people where its
 * first key is missing, since numbers would then name other submissions.
 */
export async function registerKeys(db: Database, keys: readonly Uint8Array[]): Promise<KeysInForce> {
  await firstOf(db, keys); // before the database is told about a wrong one
  for (const key of keys.toReversed()) while (!(await versionOf(db, key))) await add(db, key);
  return { version: (await versionOf(db, keys[0]!))!, first: (await firstOf(db, keys))! };
}

/** Undefined where the database has no key yet. */
async function firstOf(db: Database, keys: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  const [begun] = await pseudonymKeys(db);
  if (!begun) return undefined;
  const first = keys.find((key) => begun.keyId.equals(idOf(key)));
  if (!first) throw new Error(texts.firstKeyMissing);
  return first;
}

const add = (db: Database, key: Uint8Array) => addPseudonymKey(db, { keyId: idOf(key), now: db.now() });

async function versionOf(db: Database, key: Uint8Array): Promise<number | undefined> {
  return (await pseudonymKeys(db)).find(({ keyId }) => keyId.equals(idOf(key)))?.version;
}

/** Says nothing about the key. */
const idOf = (key: Uint8Array) => Buffer.from(hkdfSync('sha256', key, '', 'stellwerk pseudonym key', 8));
