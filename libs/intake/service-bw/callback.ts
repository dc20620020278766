import { z } from 'zod';
import { misread, Problem } from '#problems/problem.js';
import { texts } from '../texts.js';
import { parseJson } from './json.js';
import { decode, demandStorable } from './text.js';

/** The address that a portal registers for notices, and the secret that signs them. */
export interface NewCallback {
  url: string;
  secret: string;
}

const schema = z.strictObject(
  {
    url: z.url({ protocol: /^https?$/, error: texts.callback.url }).max(2000, texts.callback.urlTooLong),
    secret: z
      .string({ error: texts.callback.secret })
      .min(32, texts.callback.secretTooShort)
      .max(512, texts.callback.secretTooLong),
  },
  { error: texts.callback.shape },
);

/** @throws Problem `malformed`, or `invalid-callback` with everything that is wrong */
export function readCallback(body: Uint8Array): NewCallback {
  const parsed = schema.safeParse(parseJson(decode(body), { depth: 4, fields: 10 }));
  if (!parsed.success)
    throw new Problem('invalid-callback', texts.callback.invalid, misread(parsed.error.issues).members);
  return { url: demandStorable(parsed.data.url), secret: demandStorable(parsed.data.secret) };
}
