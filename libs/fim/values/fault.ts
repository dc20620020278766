import type { ErrorCode } from '../errors.js';
import type { Json } from '../json.js';
import { texts } from '../texts/validation.js';

/** Why a value is refused. */
export class Fault {
  /** @param message German: what is expected and what to do */
  constructor(
    readonly code: ErrorCode,
    readonly message: string,
  ) {}
}

/** Returns the value in its normalised form, `undefined` for "no input", or the first constraint that it breaks. */
export type Check = (value: Json) => Json | Fault | undefined;

/** `what`: one of the kinds in `texts/validation.ts`. */
export const wrongType = (what: string) => new Fault('type', texts.type(what));

/** A limit, and the fault of a value beyond it. */
export interface Bound<L> {
  limit: L;
  fault: Fault;
}

/** Prepares a limit; `undefined` where the field has none. */
export const boundOf = <L>(
  limit: L | undefined,
  code: ErrorCode,
  message: (limit: L) => string,
): Bound<L> | undefined => (limit === undefined ? undefined : { limit, fault: new Fault(code, message(limit)) });
