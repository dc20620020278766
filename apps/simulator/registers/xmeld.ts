import { z } from 'zod';
import { loadRegions } from '#regions/regions.js';
import type { Json } from '#submission/vocabulary.js';
import { toPlain } from '#xoev/plain.js';
import { readXml, Unreadable } from '#xoev/read.js';
import { writeXml } from '#xoev/write.js';
import { findPersons, type Person, type PersonQuery } from './persons.js';

/** What a message asks. */
export interface Question {
  uuid: string;
  submissionId: string;
  /** The municipality that asks; if another authority asks, its key. */
  ars: string;
  /** Names of the attributes that it wants. */
  attributes: string[];
  persons: { number: string; query: PersonQuery }[];
}

const name = z.object({ name: z.string() });
const profileSchema = z.object({
  '@nummer': z.string(),
  auswahldaten: z.object({
    name: z.object({ nachname: name, vornamen: name.optional() }),
    geburtsdatum: z.object({ jahrMonatTag: z.string() }).optional(),
    anschrift: z.object({ strasse: z.string().optional(), postleitzahl: z.string().optional() }).optional(),
  }),
});
const messageSchema = z.object({
  'datenabruf.anfrage': z.object({
    'nachrichtenkopf.g2g': z.object({
      'identifikation.nachricht': z.object({ nachrichtenUUID: z.uuid() }),
      autor: z.object({ kennung: z.string().min(1) }),
    }),
    datenAbrufendeStelle: z.object({
      aktenzeichen: z.string().min(1),
      anlassDesAbrufs: z.string().min(1),
      rechtsgrundlage: z.string().min(1),
    }),
    suchprofil: z.array(profileSchema).min(1),
    steuerungsinformationen: z.object({ anforderungselement: z.array(z.object({ code: z.string() })).min(1) }),
  }),
});

/** Reads a message; undefined if the body is none. */
export function readQuestion(body: unknown): Question | undefined {
  const parsed = messageSchema.safeParse(plainOf(body));
  if (!parsed.success) return undefined;
  const asked = parsed.data['datenabruf.anfrage'];
  const head = asked['nachrichtenkopf.g2g'];
  return {
    uuid: head['identifikation.nachricht'].nachrichtenUUID,
    submissionId: asked.datenAbrufendeStelle.aktenzeichen,
    ars: arsOf(head.autor.kennung),
    attributes: asked.steuerungsinformationen.anforderungselement.map(({ code }) => code),
    persons: asked.suchprofil.map((profile) => ({ number: profile['@nummer'], query: queryOf(profile) })),
  };
}

function plainOf(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) && toPlain(readXml(body), { lists: ['suchprofil', 'anforderungselement'] });
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const byAgs = new Map(loadRegions().municipalities.map(({ key }) => [`ags:${key.slice(0, 5)}${key.slice(9)}`, key]));
const arsOf = (kennung: string) => byAgs.get(kennung) ?? kennung;

function queryOf({ auswahldaten: { name, geburtsdatum, anschrift } }: z.infer<typeof profileSchema>): PersonQuery {
  return {
    familienname: name.nachname.name,
    vornamen: name.vornamen?.name,
    geburtsdatum: geburtsdatum?.jahrMonatTag,
    anschrift: { strasse: anschrift?.strasse, plz: anschrift?.postleitzahl },
  };
}

/** Answers about every person that the question names. */
export function answerTo({ uuid, attributes, persons }: Question): Buffer {
  const results = persons.map(({ number, query }) => ({ '@nummer': number, ...resultFor(query, attributes) }));
  const message = {
    'mr:datenabruf.antwort': {
      '@xmlns:mr': 'urn:stellwerk:melderegister:2',
      '@standard': 'Melderegister',
      '@version': '2.0',
      'nachrichtenkopf.g2g': {
        'identifikation.nachricht': {
          nachrichtenUUID: crypto.randomUUID(),
          nachrichtentyp: { code: 'datenabruf.antwort' },
          erstellungszeitpunkt: new Date().toISOString(),
          bezug: { nachrichtenUUID: uuid },
        },
      },
      'mr:ergebnis': results,
    },
  };
  return Buffer.from(writeXml(message));
}

function resultFor(query: PersonQuery, attributes: string[]): Record<string, Json> {
  const [person, another] = findPersons(query);
  if (!person) return { 'mr:trefferart': { code: 'keinTreffer' } };
  if (another) return { 'mr:trefferart': { code: 'mehrdeutig' } };
  return { 'mr:trefferart': { code: 'eindeutig' }, 'mr:person': answered(person, attributes) };
}

/** Leaves out what was not asked for. */
function answered(person: Person, attributes: string[]): Json {
  const { familienname, vornamen, geburtsdatum, anschrift, einzugsdatum } = person;
  const { strasse, hausnummer, plz, ort } = anschrift;
  const asks = (attribute: string) => attributes.includes(attribute);
  return {
    ...((asks('familienname') || asks('vornamen')) && {
      name: {
        nachname: { name: familienname },
        ...(asks('vornamen') && { vornamen: { name: vornamen } }),
      },
    }),
    ...(asks('geburtsdatum') && { geburtsdatum: { jahrMonatTag: geburtsdatum } }),
    wohnung: {
      ...(asks('anschrift') && { anschrift: { strasse, hausnummer, postleitzahl: plz, wohnort: ort } }),
      ...(asks('einzugsdatum') && { einzugsdatum }),
    },
  };
}
