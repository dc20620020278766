import { z } from 'zod';
import { texts } from './texts.js';

/** The fields that several requests have in common, as schemas with a German message. */

export const uuid = z.uuid({ error: texts.fields.uuid });

/** A Leistungsschlüssel. */
export const leistung = z.string().regex(/^99\d{12}$/, texts.fields.leistung);

/** Part of an ARS, of any length. */
export const regionDigits = z.string().regex(/^\d{1,12}$/, texts.fields.regionDigits);

/** An ARS, or its first 2, 3, 5 or 9 digits: a level of the region tree. */
export const regionPrefix = z.string().regex(/^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$/, texts.fields.regionPrefix);

/** A lane: `<adapter>:<ars>`. */
export const laneName = z.string().regex(/^[a-z][a-z0-9-]*:\d{12}$/, '<adapter>:<ars>');

export const day = z.iso.date({ error: texts.fields.day });

/** Text that PostgreSQL can store: no control characters except line feeds, no unpaired surrogates. */
export const text = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: OpenAPI shows it, and every dialect reads it
  .regex(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f]+$/, texts.fields.text)
  .refine((value) => value.isWellFormed(), texts.fields.text);

/** Why somebody acts, in their own words. */
export const sentence = text.trim().min(3, texts.fields.sentenceTooShort).max(500);

const personal = text.trim().min(1).max(200);

/** A person, as a form states them. */
export const identity = { familienname: personal, vornamen: personal, geburtsdatum: z.iso.date() };

/** The mailbox to which the portal answers. */
export const mailbox = { postfachHandleId: personal };
