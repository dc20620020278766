import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type { LookupRequest } from '../contract.js';
import { encode } from '../tools/formats.js';

/** What the question says about a person. Whatever else the process's mapping adds is left out. */
const person = z.object({
  familienname: z.string().trim().min(1),
  vornamen: z.string().trim().min(1).optional(),
  geburtsdatum: z.iso.date().optional(),
  anschrift: z
    .object({
      strasse: z.string().optional(),
      hausnummer: z.string().optional(),
      plz: z.string().optional(),
      ort: z.string().optional(),
    })
    .optional(),
});
export type Person = z.infer<typeof person>;

/** The persons in question, in order; undefined where the subject describes none, or more than a hundred. */
export function personsOf(subject: Json): Person[] | undefined {
  const parsed = z
    .array(person)
    .min(1)
    .max(100)
    .safeParse(Array.isArray(subject) ? subject : [subject]);
  return parsed.data;
}

export interface Header {
  /** The message's own UUID. */
  uuid: string;
  at: Date;
  /** DVDV identifications. */
  reader: string;
  author: string;
}

export const namespace = 'urn:stellwerk:melderegister:2';

/** Writes the question as XML, UTF-8. Elements of the header have no namespace, as in the XÖV-Basisnachricht. */
export function write(header: Header, persons: Person[], request: LookupRequest): Uint8Array {
  const { submissionId, purpose, legalBasis, attributes } = request;
  return encode(
    {
      'mr:datenabruf.anfrage': {
        '@xmlns:mr': namespace,
        '@standard': 'Melderegister',
        '@version': '2.0',
        '@produkt': 'Stellwerk',
        'nachrichtenkopf.g2g': {
          'identifikation.nachricht': {
            nachrichtenUUID: header.uuid,
            nachrichtentyp: { code: 'datenabruf.anfrage' },
            erstellungszeitpunkt: header.at.toISOString(),
          },
          leser: party(header.reader),
          autor: party(header.author),
        },
        'mr:datenAbrufendeStelle': {
          'mr:aktenzeichen': submissionId,
          'mr:anlassDesAbrufs': purpose,
          'mr:rechtsgrundlage': legalBasis,
        },
        'mr:suchprofil': persons.map(profile),
        'mr:steuerungsinformationen': { 'mr:anforderungselement': attributes.map((code) => ({ code })) },
      },
    },
    'xml',
  ).bytes;
}

const party = (kennung: string) => ({ verzeichnisdienst: { code: 'DVDV' }, kennung });

function profile({ familienname, vornamen, geburtsdatum, anschrift }: Person, index: number): Json {
  const { strasse, hausnummer, plz, ort } = anschrift ?? {};
  return {
    '@nummer': String(index + 1),
    'mr:auswahldaten': {
      'mr:name': {
        ...(vornamen && { 'mr:vornamen': { name: vornamen } }),
        'mr:nachname': { name: familienname },
      },
      ...(geburtsdatum && { 'mr:geburtsdatum': { jahrMonatTag: geburtsdatum } }),
      ...(anschrift && {
        'mr:anschrift': {
          ...(strasse && { strasse }),
          ...(hausnummer && { hausnummer }),
          ...(plz && { postleitzahl: plz }),
          ...(ort && { wohnort: ort }),
        },
      }),
    },
  };
}
