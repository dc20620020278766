import type { AdapterContext } from '../../contract.js';
import { later, misconfigured } from './obstacle.js';
import type { Given } from './parameters.js';
import type { Place, Use } from './use.js';

/** A folder on the worker's host, below the operator's DROP_FOLDER. */
export async function openFolder(context: AdapterContext, given: Given, use: Use): Promise<Place> {
  const folder = await context.folder(given.folder, use).catch((error: Error) => {
    throw misconfigured('directory', 'folder', sayings[use], error.message);
  });
  const told = <T>(work: Promise<T>) => work.catch((error) => Promise.reject(obstacle(error, use)));
  return {
    write: (name, bytes) => told(folder.write(name, bytes)),
    rename: (from, to) => told(folder.rename(from, to)),
    size: (name) => told(folder.size(name)),
    read: (name, largest) => told(folder.read(name, largest)),
    probe: async () => {},
    close() {},
  };
}

const sayings: Record<Use, string> = {
  read: 'Diesen Ordner kann Stellwerk nicht lesen.',
  write: 'In diesen Ordner kann Stellwerk nicht schreiben.',
};
const full = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EBUSY', 'ESTALE']);
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What the file system says before it changes anything. */
function obstacle(error: NodeJS.ErrnoException, use: Use): Error {
  const code = error.code ?? '';
  if (refused.has(code)) return misconfigured('directory', 'folder', sayings[use], code);
  return full.has(code) ? later('directory', 'Im Ordner ist kein Platz, oder er ist gestört.', code) : error;
}
