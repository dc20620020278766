import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ParameterKey } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from './texts.js';

/** A stored secret cannot be decrypted: the key is another one, or the row was changed. */
export class SecretUnreadable extends Error {
  constructor(readonly parameter: string) {
    super(texts.secretUnreadable(parameter));
    this.name = 'SecretUnreadable';
  }
}

const format = 1;

/**
 * Encrypts a value with AES-256-GCM. Region, Leistung and name are authenticated with it, so that a ciphertext that was
 * moved to another parameter does not open there. Layout in bytes: format (1), nonce (12), tag (16), ciphertext.
 */
export function seal(key: Uint8Array, where: ParameterKey, value: Json): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(nameOf(where));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), text]);
}

/** @throws SecretUnreadable */
export function unseal(key: Uint8Array, where: ParameterKey, sealed: Uint8Array): Json {
  try {
    if (sealed[0] !== format) throw new Error('unknown format');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13), { authTagLength: 16 })
      .setAAD(nameOf(where))
      .setAuthTag(sealed.subarray(13, 29));
    return JSON.parse(decipher.update(sealed.subarray(29), undefined, 'utf8') + decipher.final('utf8'));
  } catch {
    throw new SecretUnreadable(where.name);
  }
}

function nameOf({ region, leistung, name }: ParameterKey): Buffer {
  return Buffer.from(`${region}/${leistung}/${name}`, 'utf8');
}
