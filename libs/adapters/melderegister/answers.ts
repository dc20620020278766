import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import type { LookupOutcome, LookupRequest } from '../contract.js';
import { texts } from './texts.js';

/** The register's name, as it stands beside its answers. */
const source = 'Melderegister';

/** Limits for an answer: characters (a hundred persons need a tenth of it) and levels. */
const limits = { size: 2_000_000, depth: 20 };

const text = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u);
const named = z.object({ name: text });
const address = z.object({
  strasse: text.optional(),
  hausnummer: text.optional(),
  zusatz: text.optional(),
  postleitzahl: text.optional(),
  wohnort: text.optional(),
});
const found = z.object({
  name: z.object({ nachname: named, vornamen: named.optional() }).optional(),
  geburtsdatum: z.object({ jahrMonatTag: z.iso.date() }).optional(),
  wohnung: z.object({ anschrift: address.optional(), einzugsdatum: z.iso.date().optional() }).optional(),
});
const code = <const Codes extends string[]>(...codes: Codes) => z.object({ code: z.enum(codes) });
const result = z.union([
  z.object({ '@nummer': z.string(), trefferart: code('eindeutig'), person: found }),
  z.object({ '@nummer': z.string(), trefferart: code('keinTreffer', 'mehrdeutig') }),
]);
const header = z.object({
  'nachrichtenkopf.g2g': z.object({
    'identifikation.nachricht': z.object({ bezug: z.object({ nachrichtenUUID: z.string() }) }),
  }),
});
const message = z.union([
  z.object({ 'datenabruf.antwort': z.object({ ...header.shape, ergebnis: z.array(result).max(100) }) }),
  z.object({ 'datenabruf.rueckweisung': z.object({ ...header.shape, grund: z.object({ code: text }) }) }),
]);

/** What the register knows of one person, by the names that processes use, or why it names nobody. */
export type Hit = { attributes: Record<string, Json> } | { nobody: 'keinTreffer' | 'mehrdeutig' };
export type Answer = { hits: Hit[] } | { refused: string };

/**
 * Reads the register's answer to the message `uuid` about `count` persons, in their order. Undefined where it is no
 * such answer: no XML, too large, too deep, with a DTD, about another message, or with persons missing.
 */
export function read(xml: string, uuid: string, count: number): Answer | undefined {
  const parsed = message.safeParse(treeOf(xml));
  if (!parsed.success) return undefined;
  const body =
    'datenabruf.antwort' in parsed.data ? parsed.data['datenabruf.antwort'] : parsed.data['datenabruf.rueckweisung'];
  if (body['nachrichtenkopf.g2g']['identifikation.nachricht'].bezug.nachrichtenUUID !== uuid) return undefined;
  if ('grund' in body) return { refused: body.grund.code };
  const byNumber = new Map(body.ergebnis.map((one) => [one['@nummer'], one]));
  const hits = Array.from({ length: count }, (_, index) => byNumber.get(String(index + 1)));
  const complete = body.ergebnis.length === count && hits.every((hit) => hit !== undefined);
  return complete ? { hits: hits.map(hitOf) } : undefined;
}

function treeOf(xml: string): unknown {
  try {
    return toPlain(readXml(xml, limits), { lists: ['ergebnis'] });
  } catch {
    return undefined;
  }
}

function hitOf(one: z.infer<typeof result>): Hit {
  if (!('person' in one)) return { nobody: one.trefferart.code };
  const { name, geburtsdatum, wohnung } = one.person;
  const { postleitzahl: plz, wohnort: ort, ...street } = wohnung?.anschrift ?? {};
  const attributes = {
    familienname: name?.nachname.name,
    vornamen: name?.vornamen?.name,
    geburtsdatum: geburtsdatum?.jahrMonatTag,
    anschrift: wohnung?.anschrift && known({ ...street, plz, ort }),
    einzugsdatum: wohnung?.einzugsdatum,
  };
  return { attributes: known(attributes) };
}

function known(values: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/**
 * What the hits mean for the question: a list about a list, in its order, with null for what the register does not
 * tell. Where nobody is named, nothing or several were found, unless the process asks for the hint that says which.
 */
export function outcomeOf(hits: Hit[], { subject, attributes }: LookupRequest): LookupOutcome {
  const ambiguous = hits.filter((hit) => 'nobody' in hit && hit.nobody === 'mehrdeutig').length;
  if (hits.every((hit) => 'nobody' in hit) && !attributes.includes('hinweis'))
    return { kind: ambiguous > 0 ? 'ambiguous' : 'notFound', source };
  const entries = attributes.map((name) => {
    const values = hits.map((hit) => attributeOf(hit, name));
    return [name, Array.isArray(subject) ? values : values[0]];
  });
  return { kind: 'found', attributes: Object.fromEntries(entries), source, ...(ambiguous > 0 && { ambiguous }) };
}

function attributeOf(hit: Hit, name: string): Json {
  if ('attributes' in hit) return hit.attributes[name] ?? null;
  return name === 'hinweis' ? texts.hints[hit.nobody] : null;
}
