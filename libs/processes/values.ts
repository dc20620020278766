import type { Json } from '#submission/vocabulary.js';

/** Every value at a path of ids; a list on the way, or at its end, gives one for each of its entries. */
export function valuesAt(node: Json | undefined, path: string[]): (Json | undefined)[] {
  if (Array.isArray(node)) return node.flatMap((entry) => valuesAt(entry, path));
  const [key, ...rest] = path;
  if (key === undefined) return [node];
  if (node === null || typeof node !== 'object') return [undefined];
  return valuesAt(node[key], rest);
}
