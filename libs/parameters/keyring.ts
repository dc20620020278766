import { createHash } from 'node:crypto';

/** A key, and what a secret says about it. */
export interface SecretKey {
  /** Four bytes, hex: tells keys apart, and tells nothing else. */
  id: string;
  bytes: Uint8Array;
}

/** Keys for secrets. The first seals, all of them open. They may change while the process runs. */
export class Keyring {
  constructor(private readonly read: () => readonly SecretKey[]) {}

  get current(): SecretKey {
    return this.read()[0]!;
  }

  get all(): readonly SecretKey[] {
    return this.read();
  }
}

/** Several keys, or one that never changes. */
export type Keys = Keyring | Uint8Array;

export function keyringOf(keys: Keys): Keyring {
  if (keys instanceof Keyring) return keys;
  const only = [identified(keys)];
  return new Keyring(() => only);
}

export function identified(bytes: Uint8Array): SecretKey {
  return { id: createHash('sha256').update('stellwerk key ').update(bytes).digest('hex').slice(0, 8), bytes };
}
