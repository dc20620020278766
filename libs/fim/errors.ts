/** One thing that is wrong with an instance. */
export interface FimError {
  /** JSON pointer into the instance as sent; for `rule`, into the normalised value. */
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

/** Stable. A value has at most one error of the first three lines; the last line is about positions. */
// biome-ignore format: a table
export const errorCodes = [
  'type', 'format', 'charset', 'codeList', 'minLength', 'maxLength', 'pattern',
  'minimum', 'maximum', 'decimals',
  'mediaType', 'maxSize', 'locked',
  'required', 'multiplicity', 'choice', 'unknownField', 'rule',
] as const;
export type ErrorCode = (typeof errorCodes)[number];
