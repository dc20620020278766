import type { AdapterContext, Folder } from '../contract.js';
import { openFolder } from './folder.js';
import type { Given } from './parameters.js';
import { openSftp } from './sftp.js';
import { openWebdav } from './webdav.js';

/** What somebody wants there: a place to read from need not take files. */
export type Use = 'read' | 'write';

/** Where files go: names have no path in them. */
export interface Place extends Folder {
  /** Whether it is there, and whether files may be put there, as far as can be seen without putting one. Throws `Obstacle`. */
  probe(): Promise<void>;
  close(): void;
}

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
