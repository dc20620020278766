import type { Folder } from '../../contract.js';

/** What a place is opened for: one that is only read from need not take files. */
export type Use = 'read' | 'write';

/**
 * A place of delivery, where files are put. Names have no path in them. Whatever is refused there throws `Obstacle`.
 */
export interface Place extends Folder {
  /** Throws where the place is missing, or takes no files as far as can be seen without putting one there. */
  probe(): Promise<void>;
  close(): void;
}
