import type { AdapterContext } from '../../contract.js';
import { openFolder } from './folder.js';
import type { PlaceParameters } from './parameters.js';
import { openSftp } from './sftp.js';
import type { Place, Use } from './use.js';
import { openWebdav } from './webdav.js';

/** The steps of a connection test, in their order. */
export const steps = {
  folder: ['directory'],
  sftp: ['connect', 'hostKey', 'authenticate', 'directory'],
  webdav: ['connect', 'authenticate', 'directory'],
} as const;

/** Opens the place that the parameters name. Throws `Obstacle`, and has then written nothing. */
export function openPlace(context: AdapterContext, given: PlaceParameters, use: Use): Promise<Place> {
  switch (given.place) {
    case 'folder':
      return openFolder(context, given, use);
    case 'sftp':
      return openSftp(context, given, use);
    case 'webdav':
      return openWebdav(context, given);
  }
}
