import { z } from 'zod';
import { texts } from './texts.js';

/**
 * The cursor of a list: says where the next page begins, opaque to the caller. `read` is the query parameter; it
 * refuses what `write` did not write, or wrote for a list with another `position`.
 */
export function pageCursor<T>(position: z.ZodType<T>) {
  return {
    write: (last: T) => Buffer.from(JSON.stringify(last)).toString('base64url'),
    read: z
      .string()
      .max(400)
      .transform((text, context) => {
        const parsed = position.safeParse(parse(text));
        if (parsed.success) return parsed.data;
        context.addIssue(texts.fields.cursor);
        return z.NEVER;
      })
      .optional()
      .describe('next der Seite davor'),
  };
}

/** The position in a list that is sorted by time (milli- or microseconds since 1970, as the list likes), then id. */
export const timeAndId = z.object({ at: z.number().int().min(0).max(4e15), id: z.uuid() });

export const pageSize = z.coerce.number().int().min(1).max(500).default(50).describe('Einträge je Seite');

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
