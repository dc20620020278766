import type { Folder } from '../../contract.js';

/** What somebody wants there: a place to read from need not take files. */
export type Use = 'read' | 'write';

/** Where files go: names have no path in them. */
export interface Place extends Folder {
  /** Whether it is there, and whether files may be put there, as far as can be seen without putting one. Throws `Obstacle`. */
  probe(): Promise<void>;
  close(): void;
}
