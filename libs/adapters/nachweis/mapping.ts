import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type { LookupRequest } from '../contract.js';

/** What the process's mapping asks for: which evidence, and about what. */
const subjectSchema = z.object({ nachweistyp: z.string().min(1), gegenstand: z.json() });

/** The question in the service's words; undefined where the subject does not say which evidence is wanted. */
export function questionFor(request: LookupRequest): Record<string, Json> | undefined {
  const { data: subject } = subjectSchema.safeParse(request.subject);
  return (
    subject && {
      nachweistyp: subject.nachweistyp,
      gegenstand: subject.gegenstand,
      angaben: request.attributes,
      anfragendeStelle: request.ars,
      aktenzeichen: request.submissionId,
      verarbeitungszweck: request.purpose,
      rechtsgrundlage: request.legalBasis,
    }
  );
}
