import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Json } from '#submission/vocabulary.js';
import type { Attachment, Delivery } from '../contract.js';
import { writePdf } from '../tools/document.js';
import { encode } from '../tools/formats.js';
import { domainOf, type MailParameters } from './parameters.js';

/** What is kept before sending: everything but the attachments' content, which the store keeps unchanged, and the hash of the whole message. */
export interface Sealed {
  [key: string]: Json;
  from: string;
  to: string[];
  subject: string;
  text: string;
  files: { filename: string; contentType: string; base64: string }[];
  /** Hex, of the whole message. */
  sha256: string;
}

type Draft = Omit<Sealed, 'sha256'>;

const berlin = new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Berlin' });

/** The message for a delivery (RFC 5322), and its seal. The same bytes for the same delivery and key. */
export async function seal(
  delivery: Delivery,
  key: string,
  given: MailParameters,
): Promise<{ bytes: Buffer; sealed: Sealed }> {
  const draft = await write(delivery, given);
  const bytes = await compose(draft as Sealed, delivery, key);
  return { bytes, sealed: { ...draft, sha256: hash(bytes) } as Sealed };
}

/** The bytes that were sealed, again. Throws when they cannot be made. */
export async function unseal(sealed: Sealed, delivery: Delivery, key: string): Promise<Buffer> {
  const bytes = await compose(sealed, delivery, key);
  if (hash(bytes) !== sealed.sha256) throw new Error('the sealed bytes cannot be made again');
  return bytes;
}

/** The key makes it: a mailbox that knows the id drops a second copy. */
export const messageIdOf = (key: string, from: Pick<MailParameters, 'from'>) => `<${key}@${domainOf(from)}>`;

async function write(delivery: Delivery, { from, to }: MailParameters): Promise<Draft> {
  const { title, submissionId, leistung, ars, receivedAt, attachments } = delivery;
  const name = `Eingang-${submissionId.slice(0, 8)}`;
  const received = `${berlin.format(new Date(receivedAt))} Uhr`;
  const data = encode(delivery.message, delivery.format);
  const facts = [
    { label: 'Leistung', value: leistung },
    { label: 'Gemeinde (ARS)', value: ars },
    { label: 'Eingangsnummer', value: submissionId },
    { label: 'Eingegangen am', value: received },
  ];
  const pdf = await writePdf({ title, facts, sections: delivery.readable(), at: receivedAt });
  return {
    ...{ from, to },
    subject: `${title} – Eingang ${submissionId.slice(0, 8)}`,
    text: textOf([{ label: 'Anliegen', value: title }, ...facts], name, data.extension, attachments.length),
    files: [
      { filename: `${name}.pdf`, contentType: 'application/pdf', base64: pdf.toString('base64') },
      { filename: `${name}.${data.extension}`, contentType: data.mimetype, base64: data.bytes.toString('base64') },
    ],
  };
}

/** Names no person: mail text is shown in previews and on locked screens. */
function textOf(facts: { label: string; value: string }[], name: string, extension: string, count: number): string {
  return [
    'Guten Tag,',
    '',
    'über Stellwerk ist ein Antrag eingegangen.',
    '',
    ...facts.map(({ label, value }) => `${`${label}:`.padEnd(17)}${value}`),
    '',
    'Diese Nachricht enthält:',
    `- ${name}.pdf: den Antrag zum Lesen`,
    `- ${name}.${extension}: dieselben Angaben als Daten`,
    ...(count === 0
      ? []
      : [count === 1 ? '- die Anlage, die beigefügt wurde' : `- die ${count} Anlagen, die beigefügt wurden`]),
    '',
    'Diese Nachricht wurde automatisch erzeugt. Bitte antworten Sie nicht darauf.',
    '',
  ].join('\r\n');
}

async function compose(
  draft: Draft,
  { receivedAt, submissionId, attachments }: Delivery,
  key: string,
): Promise<Buffer> {
  const { from, to, subject, text, files } = draft as Sealed;
  const own = files.map(({ base64, ...file }) => ({ ...file, content: Buffer.from(base64, 'base64') }));
  const message = new MailComposer({
    ...{ from, to, subject, text },
    messageId: messageIdOf(key, { from }),
    date: new Date(receivedAt),
    baseBoundary: key,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': 'de',
      'X-Stellwerk-Submission': submissionId,
    },
    attachments: [...own, ...(await Promise.all(attachments.map(attached)))].map((file) => ({
      ...file,
      contentTransferEncoding: 'base64',
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
}

async function attached({ filename, mimetype, content }: Attachment) {
  return { filename, contentType: mimetype, content: Buffer.from(await content()) };
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
