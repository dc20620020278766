import type { ErrorCode } from '../errors.js';
import type { Json } from '../json.js';

/** A position in an instance. */
export interface Position {
  /** JSON pointer into the instance. */
  pointer: string;
  /** Path of ids in the schema. */
  path: string;
}

/** Sets the value at a pointer, or removes it with `undefined`. */
export interface Edit {
  pointer: string;
  value: Json | undefined;
}

/** Edits of a valid instance, with the code and position of the error that they may produce. */
export interface Candidate extends Position {
  edits: Edit[];
  code: ErrorCode;
  /** Tells constraints apart that have code and path in common. */
  about?: string;
}
