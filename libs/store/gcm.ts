import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/*
 * AES-256-GCM (NIST SP 800-38D) as everything in the store has it that is encrypted. In bytes: nonce (12), tag (16),
 * ciphertext.
 */

const head = 28;

const objects = new WeakMap<{ bytes: Uint8Array }, KeyObject>();

/** A key as node wants it: where it is given bytes, it takes ten times as long. */
export function keyObjectOf(key: { bytes: Uint8Array }): KeyObject {
  const known = objects.get(key) ?? createSecretKey(key.bytes);
  objects.set(key, known);
  return known;
}

/** @param bound what it is authenticated with: it opens nowhere else  @param begin what stands before it */
export function encrypt(key: KeyObject, bound: Buffer, begin: Buffer, bytes: Uint8Array): Buffer {
  const nonce = newNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  const text = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([begin, nonce, cipher.getAuthTag(), text]);
}

let nonces = Buffer.alloc(0);

/** Never the same twice. Many are made at once: one by one they take as long as the encryption. */
function newNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(12 * 256);
  const nonce = nonces.subarray(0, 12);
  nonces = nonces.subarray(12);
  return nonce;
}

/** Undefined where the bytes, what they are bound to or the key are other ones. `body`: without what stood before. */
export function decrypt(key: KeyObject, bound: Buffer, body: Uint8Array): Buffer | undefined {
  if (body.length < head) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12), { authTagLength: 16 })
    .setAAD(bound)
    .setAuthTag(body.subarray(12, head));
  const text = decipher.update(body.subarray(head));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return text;
}
