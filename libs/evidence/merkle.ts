import { hash } from 'node:crypto';

/*
 * The Merkle tree of RFC 9162 §2.1 over SHA-256. A tree is an ordered list of leaf hashes; its hash is that of a node
 * over the largest full subtree to the left and the rest to the right.
 */

/** §2.1.1: MTH({d}) = HASH(0x00 || d) */
export const leafHash = (entry: Uint8Array): Buffer => sha256(Buffer.concat([leafPrefix, entry]));

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([nodePrefix, left, right]));

/** All of a tree that is needed to let it grow: the hashes of its full subtrees, the largest first. */
export interface Tree {
  readonly size: number;
  readonly frontier: readonly Uint8Array[];
}

export const emptyTree: Tree = { size: 0, frontier: [] };

/** Costs about one hash for each leaf, whatever the tree's size. */
export function grown(tree: Tree, leaves: readonly Uint8Array[]): Tree {
  const frontier = [...tree.frontier];
  let { size } = tree;
  for (const leaf of leaves) {
    let top = leaf;
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) top = nodeHash(frontier.pop()!, top);
    frontier.push(top);
    size++;
  }
  return { size, frontier };
}

/** §2.1.1, of the empty tree too. */
export function rootOf({ frontier }: Tree): Buffer {
  const [smallest, ...larger] = [...frontier].reverse();
  return Buffer.from(larger.reduce((right, left) => nodeHash(left, right), smallest ?? sha256(Buffer.alloc(0))));
}

const rootOver = (leaves: readonly Uint8Array[]): Buffer => rootOf(grown(emptyTree, leaves));

/** §2.1.3.1: with these hashes and the leaf of this number, from 0, the root of the tree can be computed. */
export function inclusionProof(leaves: readonly Uint8Array[], number: number): Buffer[] {
  return descend(leaves, (from, split) => number < from + split);
}

/** §2.1.4.1: with these hashes both roots can be computed, of the first `size` leaves and of all. */
export function consistencyProof(leaves: readonly Uint8Array[], size: number): Buffer[] {
  let from = 0;
  let to = leaves.length;
  const proof: Buffer[] = [];
  while (size < to) {
    const middle = from + largestPowerBelow(to - from);
    if (size <= middle) {
      proof.unshift(rootOver(leaves.slice(middle, to)));
      to = middle;
    } else {
      proof.unshift(rootOver(leaves.slice(from, middle)));
      from = middle;
    }
  }
  // the old tree itself is known to who asks
  return from === 0 ? proof : [rootOver(leaves.slice(from, to)), ...proof];
}

/** Down to one leaf; the root of each subtree that is left aside, the lowest first. */
function descend(leaves: readonly Uint8Array[], isLeft: (from: number, split: number) => boolean): Buffer[] {
  let from = 0;
  let to = leaves.length;
  const aside: Buffer[] = [];
  while (to - from > 1) {
    const split = largestPowerBelow(to - from);
    const left = isLeft(from, split);
    aside.unshift(rootOver(left ? leaves.slice(from + split, to) : leaves.slice(from, from + split)));
    if (left) to = from + split;
    else from += split;
  }
  return aside;
}

/** Of two: k < n <= 2k. */
function largestPowerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
