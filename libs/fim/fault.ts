export interface FimError {
  /** JSON pointer into the instance; for `rule`, into the normalised value. */
  pointer: string;
  /** Position in the schema: `G1.G2.F3`. */
  path: string;
  /** FIM id. */
  fimField: string;
  /** What the person reads at the field. */
  label: string;
  code: ErrorCode;
  /** German: what was expected and what to do. Never holds what the person wrote. */
  message: string;
}

/** Stable; a value has at most one of the first group, a position one of the others. */
export const errorCodes = [
  'type', 'format', 'charset', 'codeList', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'decimals', 'mediaType',
  'maxSize', 'locked', 'required', 'multiplicity', 'choice', 'unknownField', 'rule',
] as const; // biome-ignore format: a table
export type ErrorCode = (typeof errorCodes)[number];
