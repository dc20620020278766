import type { AdapterContext } from '../../contract.js';
import { later, misconfigured } from './obstacle.js';
import type { PlaceParameters } from './parameters.js';
import { texts } from './texts.js';
import type { Place, Use } from './use.js';

/** Opens a folder on the worker's host, below the municipality's own in the operator's DROP_FOLDER. */
export async function openFolder(context: AdapterContext, given: PlaceParameters, use: Use): Promise<Place> {
  const folder = await context.folder(given.folder, use).catch((error: Error) => {
    throw misconfigured('directory', 'folder', unusable[use], error.message);
  });
  const explained = <T>(work: Promise<T>) => work.catch((error) => Promise.reject(obstacle(error, use)));
  return {
    write: (name, bytes) => explained(folder.write(name, bytes)),
    rename: (from, to) => explained(folder.rename(from, to)),
    size: (name) => explained(folder.size(name)),
    read: (name, largest) => explained(folder.read(name, largest)),
    probe: async () => {},
    close() {},
  };
}

const unusable: Record<Use, string> = { read: texts.folder.notReadable, write: texts.folder.notWritable };
const disturbed = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EBUSY', 'ESTALE']);
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What an error of the file system means. With these codes it has changed nothing. */
function obstacle(error: NodeJS.ErrnoException, use: Use): Error {
  const code = error.code ?? '';
  if (refused.has(code)) return misconfigured('directory', 'folder', unusable[use], code);
  return disturbed.has(code) ? later('directory', texts.folder.disturbed, code) : error;
}
