import type { ErrorCode } from '../fault.js';
import type { Json } from '../model.js';

/** What shall stand at a pointer, `undefined` for nothing. */
export interface Edit {
  pointer: string;
  value: Json | undefined;
}

/** Edits of a valid instance, and the error they may produce. */
export interface Change {
  edits: Edit[];
  code: ErrorCode;
  /** Where the error is told. */
  path: string;
  pointer: string;
  /** Tells constraints apart that share code and path. */
  about?: string;
}
