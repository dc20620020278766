import type { z } from 'zod';
import type { HttpAnswer } from '../contract.js';

/** The answer's body as JSON; undefined where it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

/** The answer's body in the shape of `schema`; undefined where it is no JSON or has another shape. */
export const readJson = <T extends z.ZodType>(answer: HttpAnswer, schema: T): z.infer<T> | undefined =>
  schema.safeParse(jsonOf(answer)).data;
