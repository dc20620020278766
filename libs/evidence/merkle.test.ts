import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { consistencyProof, emptyTree, grown, inclusionProof, leafHash, rootOf } from './merkle.js';

const sha256 = (...parts: Uint8Array[]) => parts.reduce((all, part) => all.update(part), createHash('sha256')).digest();
const node = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.of(1), left, right);
const half = (n: number) => 2 ** Math.floor(Math.log2(n - 1));

/** RFC 9162 §2.1.1, word for word, over entries. */
function mth(d: Uint8Array[]): Buffer {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(Buffer.of(0), d[0]!);
  const k = half(d.length);
  return node(mth(d.slice(0, k)), mth(d.slice(k)));
}

/** §2.1.3.1 */
function path(m: number, d: Uint8Array[]): Buffer[] {
  if (d.length === 1) return [];
  const k = half(d.length);
  if (m < k) return [...path(m, d.slice(0, k)), mth(d.slice(k))];
  return [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}

/** §2.1.4.1 */
function subproof(m: number, d: Uint8Array[], b: boolean): Buffer[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = half(d.length);
  if (m <= k) return [...subproof(m, d.slice(0, k), b), mth(d.slice(k))];
  return [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

/** Entries of the test data of RFC 6962's first implementation (certificate-transparency), and the roots over them. */
const known = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
].map(([entry, root]) => ({ entry: Buffer.from(entry!, 'hex'), root }));

describe('the tree', () => {
  test('has the roots that others know', () => {
    expect(rootOf(emptyTree).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    let tree = emptyTree;
    for (const { entry, root } of known) {
      tree = grown(tree, [leafHash(entry)]);
      expect(rootOf(tree).toString('hex')).toBe(root);
    }
  });

  test('is that of RFC 9162, in whatever portions it grew', () => {
    const portions = fc.array(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 }), { maxLength: 6 });
    fc.assert(
      fc.property(portions, (portions) => {
        const tree = portions.reduce((tree, entries) => grown(tree, entries.map(leafHash)), emptyTree);
        const entries = portions.flat();
        expect(tree.size).toBe(entries.length);
        expect(rootOf(tree)).toEqual(mth(entries));
      }),
    );
  });

  test('proves inclusion and consistency as RFC 9162 does', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(entries, fc.nat(), (entries, any) => {
        const leaves = entries.map(leafHash);
        const number = any % entries.length;
        expect(inclusionProof(leaves, number)).toEqual(path(number, entries));
        expect(consistencyProof(leaves, number + 1)).toEqual(subproof(number + 1, entries, true));
      }),
    );
  });
});
