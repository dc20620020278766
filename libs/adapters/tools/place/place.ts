import type { AdapterContext } from '../../contract.js';
import { openFolder } from './folder.js';
import type { Given } from './parameters.js';
import { openSftp } from './sftp.js';
import type { Place, Use } from './use.js';
import { openWebdav } from './webdav.js';

/** What a connection test goes through, in this order. */
export const steps = {
  folder: ['directory'],
  sftp: ['connect', 'hostKey', 'authenticate', 'directory'],
  webdav: ['connect', 'authenticate', 'directory'],
} as const;

/** Opens the place that the parameters name. Throws `Obstacle`; nothing has been written. */
export function openPlace(context: AdapterContext, given: Given, use: Use): Promise<Place> {
  switch (given.place) {
    case 'folder':
      return openFolder(context, given, use);
    case 'sftp':
      return openSftp(context, given, use);
    case 'webdav':
      return openWebdav(context, given);
  }
}
