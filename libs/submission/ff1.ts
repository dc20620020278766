import { createCipheriv } from 'node:crypto';

/** A permutation of the whole numbers from 0 up to, and without, `size`. */
export interface Permutation {
  size: number;
  apply(n: number): number;
  undo(n: number): number;
}

const rounds = 10;

/**
 * FF1 (NIST SP 800-38G §5.1) without a tweak, over numbers instead of strings of digits: the permutation of
 * `radix ** length` numbers that `key` chooses (16, 24 or 32 bytes: AES). Half of the digits must be below 2²¹, so that
 * a double holds what is computed with them. The standard wants at least a million numbers.
 */
export function ff1(key: Uint8Array, radix: number, length: number): Permutation {
  const u = Math.floor(length / 2);
  const [left, right] = [radix ** u, radix ** (length - u)];
  if (right > 2 ** 21) throw new Error('too many digits');
  const bytes = Math.ceil(Math.ceil(Math.log2(right)) / 8); // b; at most three, so that d is eight
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  const prefix = cipher.update(head(radix, length, u));
  const block = Buffer.alloc(16);

  /** The first eight bytes of the round's PRF, modulo `m`. */
  function round(i: number, half: number, m: number): number {
    prefix.copy(block);
    block[15 - bytes]! ^= i;
    for (let n = 0, rest = half; n < bytes; n++, rest >>>= 8) block[15 - n]! ^= rest & 0xff;
    const out = cipher.update(block);
    return ((out.readUInt32BE(0) % m) * 2 ** 32 + out.readUInt32BE(4)) % m;
  }

  return {
    size: left * right,
    apply(n) {
      let [a, b] = [Math.floor(n / right), n % right];
      for (let i = 0; i < rounds; i++) {
        const m = i % 2 === 0 ? left : right;
        [a, b] = [b, (a + round(i, b, m)) % m];
      }
      return a * right + b;
    },
    undo(n) {
      let [a, b] = [Math.floor(n / right), n % right];
      for (let i = rounds - 1; i >= 0; i--) {
        const m = i % 2 === 0 ? left : right;
        [a, b] = [(b - round(i, a, m) + m) % m, a];
      }
      return a * right + b;
    },
  };
}

/** P of the standard's step 5. */
function head(radix: number, length: number, u: number): Buffer {
  const block = Buffer.from([1, 2, 1, 0, 0, 0, rounds, u, 0, 0, 0, 0, 0, 0, 0, 0]);
  block.writeUIntBE(radix, 3, 3);
  block.writeUInt32BE(length, 8);
  return block;
}
