import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';

/** Who signs: an Ed25519 key. */
export interface Signer {
  key: KeyObject;
  /** 32 bytes. */
  publicKey: Buffer;
}

/** What a checkpoint says (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name: no blanks, no plus. */
  origin: string;
  size: number;
  root: Uint8Array;
}

/** The beginning of a PKCS #8 structure around an Ed25519 key (RFC 8410 §7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** C2SP signed-note: the signature type of Ed25519. */
const ed25519 = Buffer.of(1);

/** @param seed 32 bytes */
export function openSigner(seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { key, publicKey: Buffer.from(x!, 'base64url') };
}

/** A checkpoint as a signed note (C2SP signed-note); the key has the log's name. */
export function signedCheckpoint({ key, publicKey }: Signer, { origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${base64(root)}\n`;
  const signature = Buffer.concat([keyHash(origin, publicKey), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${origin} ${base64(signature)}\n`;
}

export const originOf = (checkpoint: string): string => checkpoint.slice(0, checkpoint.indexOf('\n'));

/** Whether this key signed it, by the key's hash; the signature itself is not looked at. */
export function isSignedBy({ publicKey }: Signer, checkpoint: string): boolean {
  const signature = Buffer.from(checkpoint.trimEnd().split(' ').at(-1)!, 'base64');
  return keyHash(originOf(checkpoint), publicKey).equals(signature.subarray(0, 4));
}

/** With which anybody verifies: name, hash and key in one text, as `note.NewVerifier` of golang.org/x/mod reads it. */
export function verifierKey(origin: string, { publicKey }: Signer): string {
  return `${origin}+${keyHash(origin, publicKey).toString('hex')}+${base64(Buffer.concat([ed25519, publicKey]))}`;
}

function keyHash(name: string, publicKey: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ed25519, publicKey]), 'buffer').subarray(0, 4);
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
