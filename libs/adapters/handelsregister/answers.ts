import { z } from 'zod';
import type { HttpAnswer, LookupOutcome } from '../contract.js';
import { readJson } from '../tools/json.js';
import type { Entry } from './mapping.js';
import { texts } from './texts.js';

const source = 'Handelsregister';

const text = z.string().min(1).max(500);
const companySchema = z.object({
  gericht: text,
  art: text,
  nummer: text,
  firma: text.optional(),
  rechtsform: text.optional(),
  sitz: text.optional(),
  anschrift: z.object({ strasse: text, hausnummer: text, plz: text, ort: text }).partial().optional(),
  vertretung: z
    .array(z.object({ familienname: text, vornamen: text }))
    .max(100)
    .optional(),
  status: z.enum(['aktiv', 'gelöscht']).optional(),
  eintragungsdatum: z.iso.date().optional(),
});
type Company = z.infer<typeof companySchema>;
const replySchema = z.object({ treffer: z.array(companySchema).max(100) });

/** What an answer with 200 means for the entry that was asked for: where several fit, none counts. */
export function outcomeOf(answer: HttpAnswer, wanted: Entry): LookupOutcome {
  const reply = readJson(answer, replySchema);
  if (!reply) return { kind: 'later', reason: { public: texts.lookup.notUnderstood, detail: 'HTTP 200' } };
  const [only, another] = reply.treffer.filter((company) => isSame(company, wanted));
  if (!only) return { kind: 'notFound', source };
  if (another) return { kind: 'ambiguous', source };
  const { gericht: _, art: __, nummer: ___, ...known } = only;
  return { kind: 'found', attributes: z.record(z.string(), z.json()).parse(known), source };
}

/**
 * The same number exists at every court, and a court that took over another's entries keeps them with a suffix. So
 * whatever the register offers, only the entry that was asked for counts.
 */
function isSame(company: Company, wanted: Entry): boolean {
  return (
    courtOf(company.gericht) === courtOf(wanted.gericht) &&
    bare(company.art) === bare(wanted.art) &&
    bare(company.nummer) === bare(wanted.nummer, wanted.art)
  );
}

const courtOf = (name: string) => bare(name.replace(/^\s*(amtsgericht|ag)\s+/i, ''));

/** `HRB 0012 345 B` and `12345b` are the same number. */
function bare(text: string, art = ''): string {
  const compact = text
    .normalize('NFC')
    .toLocaleLowerCase('de')
    .replace(/[\s.]+/g, '');
  const prefix = art.toLocaleLowerCase('de');
  return (prefix && compact.startsWith(prefix) ? compact.slice(prefix.length) : compact).replace(/^0+(?=\d)/, '');
}
