import { createHash } from 'node:crypto';
import type { Attachment, Delivery, Format, Lookup, LookupRequest } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';

/** Names that must never be seen outside a delivery. */
export const canaries = [
  'Kanaria Gelbvogel-Öhrlein',
  'DE02120300000000202051',
  'kanari@example.org',
  'kanaria-ausweis.pdf',
  '"Kiki"\nim Käfig',
];

/** Umlauts composed and decomposed, letters of DIN 91379, quotes, and what breaks naive encoders. */
export const characters = [
  'Äöüß ẞ',
  'Äöü'.normalize('NFD'),
  'Łukaszewska, Nguyễn Thị, Čapek, Ťažký, M̂ Ŏ K̄',
  `"doppelt" 'einfach' \\ / & < > ]]> %00 {key}`,
  '𝔖 👩‍👩‍👧 \u2028\u2029\u00ad',
  '',
  '   ',
];

let counter = 0;

export function delivery(overrides: Partial<Delivery> = {}): Delivery {
  const id = `${++counter}`.padStart(12, '0');
  return {
    submissionId: `00000000-0000-4000-8000-${id}`,
    caseId: `00000000-0000-4000-9000-${id}`,
    leistung: '99102013104000',
    ars: '081110000000',
    receivedAt: '2026-01-31T09:44:00.000Z',
    schema: { id: 'S99000001', version: '1.0' },
    title: 'Hundesteuer: Hund anmelden',
    message: personal(),
    format: 'json',
    data: personal(),
    lookups: [],
    readable: () => [
      { heading: 'Halterin oder Halter', level: 1, entries: [{ label: 'Familienname', value: canaries[0]! }] },
    ],
    attachments: [attachment(canaries[3]!, Buffer.from('ein Anhang'))],
    ...overrides,
  };
}

export function request(overrides: Partial<LookupRequest> = {}): LookupRequest {
  return {
    submissionId: '00000000-0000-4000-8000-000000000000',
    leistung: '99102013104000',
    ars: '081110000000',
    subject: personal(),
    attributes: ['anschrift'],
    purpose: 'Hundesteuer anmelden',
    legalBasis: '§ 34 BMG',
    ...overrides,
  };
}

export function attachment(filename: string, bytes: Buffer): Attachment {
  return {
    attachmentId: filename,
    filename,
    mimetype: 'application/pdf',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    content: async () => bytes,
    async *chunks() {
      yield bytes;
    },
  };
}

/** A register's answer that differs from the form. */
export const lookup: Lookup = {
  step: 'melderegister',
  title: 'Anschrift im Melderegister nachsehen',
  outcome: 'found',
  attributes: { anschrift: 'Registerweg 8' },
  origin: {
    source: 'Melderegister der Probe',
    adapter: 'melderegister',
    version: '1.0.0',
    at: '2026-01-31T09:45:01.000Z',
    purpose: 'Probe',
    legalBasis: '§ 34 BMG',
  },
  differences: [{ field: 'G1.F1', label: 'Straße der Probe', form: 'Formularweg 7', register: 'Registerweg 8' }],
};

/** What must arrive of it. A process's message holds it in every format (`libs/processes/lint-lookups.ts`). */
export const saidByRegister = [
  'Registerweg 8',
  'Melderegister der Probe',
  '2026-01-31T09:45:01.000Z',
  'Straße der Probe',
  'Formularweg 7',
];

function personal(): Json {
  const [name, iban, mail, , nickname] = canaries as [string, string, string, string, string];
  return { familienname: name, geburtsdatum: '1984-05-12', konto: { iban }, kontakt: [mail, nickname] };
}

/**
 * A message in the shape that a format takes: rows for CSV, one root for XML, anything for JSON. `texts` are somewhere
 * in it.
 */
export function messageAs(format: Format, texts?: string[]): Json {
  const values = texts ? { zeichen: texts } : (personal() as Record<string, Json>);
  if (format === 'csv') return texts ? texts.map((zeichen) => ({ zeichen })) : [{ familienname: canaries[0]! }];
  return format === 'xml' ? { antrag: values } : values;
}
