import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type { LookupRequest } from '../contract.js';

/** An entry is identified by court, section and number, all three together. */
const entrySchema = z.object({
  gericht: z.string().trim().min(1),
  art: z.string().trim().min(1),
  nummer: z.string().trim().min(1),
});

export type Entry = z.infer<typeof entrySchema>;

/** The entry in question; undefined where the subject does not identify one. */
export const entryOf = (subject: Json): Entry | undefined => entrySchema.safeParse(subject).data;

/** The question about an entry, in the register's words. */
export const questionFor = ({ gericht, art, nummer }: Entry, request: LookupRequest) => ({
  gericht,
  art,
  nummer,
  angaben: request.attributes,
  aktenzeichen: request.submissionId,
  zweck: request.purpose,
  rechtsgrundlage: request.legalBasis,
});
