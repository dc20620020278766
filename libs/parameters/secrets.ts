import { decrypt, encrypt, keyObjectOf } from '#store/gcm.js';
import type { ParameterKey } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { type Keys, keyringOf, type SecretKey } from './keyring.js';
import { texts } from './texts.js';

/** A stored secret cannot be decrypted: the key is another one, or the row was changed. */
export class SecretUnreadable extends Error {
  constructor(readonly parameter: string) {
    super(texts.secretUnreadable(parameter));
    this.name = 'SecretUnreadable';
  }
}

/** The first byte of a secret. Version 0.2 wrote 1, which is the same without the key's id. */
const format = 2;
const withoutId = 1;

/**
 * Encrypts a value with AES-256-GCM under the current key. Region, Leistung and name are authenticated with it, so that
 * a ciphertext that was moved to another parameter does not open there. Layout in bytes: format (1), id of the key (4),
 * nonce (12), tag (16), ciphertext.
 */
export function seal(keys: Keys, where: ParameterKey, value: Json): Buffer {
  const { current } = keyringOf(keys);
  return encrypt(keyObjectOf(current), nameOf(where), beginOf(current), Buffer.from(JSON.stringify(value), 'utf8'));
}

/** How secrets under this key begin. */
export function beginOf({ id }: SecretKey): Buffer {
  return Buffer.concat([Buffer.of(format), Buffer.from(id, 'hex')]);
}

/** The id of the key that a secret is under; undefined where it does not say. */
export function keyIdOf(sealed: Uint8Array): string | undefined {
  return sealed[0] === format ? Buffer.from(sealed.subarray(1, 5)).toString('hex') : undefined;
}

/** @throws SecretUnreadable */
export function unseal(keys: Keys, where: ParameterKey, sealed: Uint8Array): Json {
  const id = keyIdOf(sealed);
  const fitting = keyringOf(keys).all.filter((key) => id === undefined || key.id === id);
  if (id === undefined && sealed[0] !== withoutId) throw new SecretUnreadable(where.name);
  const body = sealed.subarray(id === undefined ? 1 : 5);
  for (const key of fitting) {
    const bytes = decrypt(keyObjectOf(key), nameOf(where), body);
    if (bytes) return JSON.parse(bytes.toString('utf8'));
  }
  throw new SecretUnreadable(where.name);
}

function nameOf({ region, leistung, name }: ParameterKey): Buffer {
  return Buffer.from(`${region}/${leistung}/${name}`, 'utf8');
}
