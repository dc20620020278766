import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Prints the same, in the adapter's folder. */
export const command =
  "find . -type f ! -path '*/node_modules/*' ! -path '*/.git/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | " +
  'sha256sum';

/**
 * SHA-256 over the files in a folder, in hex: the hash of the lines that `sha256sum` prints for them, in the order of
 * their names. `node_modules` and `.git` do not count.
 */
export function fingerprint(folder: string): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `./${relative(folder, join(parentPath, name))}`)
    .filter((name) => !/\/(?:node_modules|\.git)\//.test(name))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = names.map((name) => `${hash(readFileSync(join(folder, name)))}  ${name}\n`);
  return hash(lines.join(''));
}

const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
