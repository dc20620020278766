import { z } from 'zod';

/** Where the next page begins: opaque to the caller, checked when it comes back. */
export function cursorOf<T>(shape: z.ZodType<T>) {
  return {
    write: (position: T) => Buffer.from(JSON.stringify(position)).toString('base64url'),
    read: z
      .string()
      .max(400)
      .transform((text, context) => {
        const parsed = shape.safeParse(parse(text));
        if (parsed.success) return parsed.data;
        context.addIssue('Kein Lesezeichen dieser Liste');
        return z.NEVER;
      })
      .optional()
      .describe('next der Seite davor'),
  };
}

export const pageSize = z.coerce.number().int().min(1).max(500).default(50).describe('Einträge je Seite');

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
