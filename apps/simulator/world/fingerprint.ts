import { createHash } from 'node:crypto';

/** 48 bits of SHA-256: enough to notice other content under the same key. */
export function fingerprint(...parts: Uint8Array[]): number {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().readUIntBE(0, 6);
}
