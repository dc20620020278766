/** Why an expression has no result. */
export interface Failure {
  /** JSONata's, or `LIMIT_TIME`, `LIMIT_MEMORY`, `LIMIT_SIZE`. */
  code: string;
  /** In the expression. */
  position?: number;
}

/** JSONata throws plain objects with `code` and `position` whose message may quote a value. */
export function failureOf(error: unknown): Failure {
  const { code, position }: { code?: unknown; position?: unknown } = Object(error);
  return {
    code: typeof code === 'string' ? code : 'JSONATA',
    ...(typeof position === 'number' && { position }),
  };
}
