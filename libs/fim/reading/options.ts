import type { CodeList, ListFolder } from '../lists.js';

export interface ReadOptions {
  lists: ListFolder;
  /** Lists named by the import, by the canonical URI or version URI that they stand for. They win over the folder. */
  bind?: Record<string, CodeList>;
  /** A file of rules beside the schema, which translates its free-text rules (README, "Added rules"). */
  rules?: string | Uint8Array | undefined;
}
