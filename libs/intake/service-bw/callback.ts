import { z } from 'zod';
import { misread, Problem } from '#problems/problem.js';
import { parseJson } from './json.js';
import { decode, demandStorable } from './text.js';

/** Where a portal wants to be called back, and the secret that signs what it is told. */
export interface NewCallback {
  url: string;
  secret: string;
}

const schema = z.strictObject(
  {
    url: z
      .url({ protocol: /^https?$/, error: 'Eine Adresse, die mit https:// beginnt.' })
      .max(2000, 'Höchstens 2000 Zeichen.'),
    secret: z
      .string({ error: 'Ein Text aus 32 bis 512 Zeichen.' })
      .min(32, 'Mindestens 32 Zeichen.')
      .max(512, 'Höchstens 512 Zeichen.'),
  },
  { error: 'Ein Objekt mit „url“ und „secret“.' },
);

/** Throws {@link Problem} `malformed`, or `invalid-callback` with all that is wrong. */
export function readCallback(body: Uint8Array): NewCallback {
  const parsed = schema.safeParse(parseJson(decode(body), { depth: 4, fields: 10 }));
  if (!parsed.success)
    throw new Problem('invalid-callback', 'Diese Angaben genügen nicht.', misread(parsed.error.issues).members);
  return { url: demandStorable(parsed.data.url), secret: demandStorable(parsed.data.secret) };
}
