import { constants } from 'node:fs';
import { access, lstat, open, readFile, realpath, rename } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Folder } from '#adapters/contract.js';
import { NotSent } from './http.js';

const writing = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Opens a folder that lies below `root`, also after links have been followed. A file in it that is a link is none.
 * @param leave called right before anything is written or renamed, which is not where it throws
 * @throws NotSent with what is wrong with it
 */
export async function openFolder(
  root: string | undefined,
  path: string,
  leave: () => void,
  use: 'read' | 'write' = 'write',
): Promise<Folder> {
  if (!root) throw new NotSent('no DROP_FOLDER is set on this host');
  const folder = await realpath(join(root, path)).catch(notThere);
  const inside = relative(await realpath(root).catch(notThere), folder);
  if (isAbsolute(path) || inside.startsWith('..') || isAbsolute(inside)) throw new NotSent('the folder lies outside');
  await access(folder, (use === 'write' ? constants.W_OK : constants.R_OK) | constants.X_OK).catch(notThere);
  const at = (name: string) => {
    if (!/^[^/\\\0]+$/.test(name) || name === '.' || name === '..') throw new NotSent('not a file name');
    return join(folder, name);
  };
  const size = (name: string) =>
    lstat(at(name)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      },
    );
  return {
    async write(name, bytes) {
      const file = at(name);
      leave();
      await put(file, bytes);
    },
    async rename(from, to) {
      const [old, name] = [at(from), at(to)];
      leave();
      await rename(old, name);
      const directory = await open(folder, 'r');
      await directory.sync().finally(() => directory.close());
    },
    size,
    async read(name, largest) {
      const bytes = await size(name);
      if (bytes === undefined) return undefined;
      if (bytes > largest) throw new Error('the file is too large');
      return readFile(at(name), { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
    },
  };
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, writing, 0o660);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function notThere(error: NodeJS.ErrnoException): never {
  throw new NotSent(`the folder is not usable (${error.code})`, { cause: error });
}
