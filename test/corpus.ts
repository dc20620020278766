import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '#settings/root.js';

const named = process.env['STELLWERK_CORPUS'];
const corpus = resolve(root, named ?? '../shared/corpus');

/**
 * A folder of real files (`fim`, `xoev`, …): below the one that `STELLWERK_CORPUS` names, from the repository's root or
 * absolute; else beside the repository. Tests that need one skip where it is absent; what was named and is not there is
 * a fault.
 */
export function corpusFolder(part: string): string {
  if (named !== undefined && !existsSync(corpus)) throw new Error(`STELLWERK_CORPUS: ${corpus} gibt es nicht.`);
  return join(corpus, part);
}
