import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ParameterKey } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';

/** A stored secret does not open: another key, or a changed row. */
export class SecretUnreadable extends Error {
  constructor(readonly parameter: string) {
    super(
      `Der geheime Parameter ${parameter} lässt sich nicht entschlüsseln: STELLWERK_KEY ist nicht der Schlüssel, mit dem er gespeichert wurde.`,
    );
    this.name = 'SecretUnreadable';
  }
}

const format = 1;

/** AES-256-GCM; the key's name is authenticated along, so that a ciphertext opens nowhere else. Layout: format (1), nonce (12), tag (16), text. */
export function seal(key: Uint8Array, where: ParameterKey, value: Json): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(nameOf(where));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), text]);
}

/** Throws {@link SecretUnreadable}. */
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
