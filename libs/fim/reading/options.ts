import type { CodeList, ListFolder } from '../lists.js';

export interface ReadOptions {
  lists: ListFolder;
  /** Lists named by the import: canonical URI or canonical version URI to list. They win over the folder. */
  bind?: Record<string, CodeList>;
}
