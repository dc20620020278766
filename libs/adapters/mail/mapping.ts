import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Json } from '#submission/vocabulary.js';
import type { Attachment, Delivery } from '../contract.js';
import { writePdf } from '../tools/document.js';
import { encode } from '../tools/formats.js';
import { domainOf, type MailParameters } from './parameters.js';
import { texts } from './texts.js';

/**
 * What is kept before sending: everything but the attachments' content, which the store keeps unchanged, and the hash
 * of the whole message.
 */
export interface Sealed extends Draft {
  /** Hex, of the whole message. */
  sha256: string;
}

interface Draft {
  [key: string]: Json;
  from: string;
  to: string[];
  subject: string;
  text: string;
  files: { filename: string; contentType: string; base64: string }[];
}

const berlin = new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Berlin' });

/**
 * Makes the message for a delivery (RFC 5322), and what is kept of it. The same delivery and key make the same bytes.
 */
export async function seal(
  delivery: Delivery,
  key: string,
  given: MailParameters,
): Promise<{ bytes: Buffer; sealed: Sealed }> {
  const draft = await write(delivery, given);
  const bytes = await compose(draft, delivery, key);
  return { bytes, sealed: { ...draft, sha256: hash(bytes) } };
}

/** Makes the message anew from what was kept. Throws when an attachment has changed. */
export async function unseal(sealed: Sealed, delivery: Delivery, key: string): Promise<Buffer> {
  const bytes = await compose(sealed, delivery, key);
  if (hash(bytes) !== sealed.sha256) throw new Error('the sealed bytes cannot be made again');
  return bytes;
}

/** Made from the key, so that a mailbox that knows the id can drop a second copy. */
export const messageIdOf = (key: string, from: Pick<MailParameters, 'from'>) => `<${key}@${domainOf(from)}>`;

async function write(delivery: Delivery, { from, to }: MailParameters): Promise<Draft> {
  const { title, submissionId, leistung, ars, receivedAt, attachments } = delivery;
  const { mail } = texts;
  const number = submissionId.slice(-8);
  const name = mail.fileName(number);
  const data = encode(delivery.message, delivery.format);
  const facts = [
    { label: mail.leistung, value: leistung },
    { label: mail.ars, value: ars },
    { label: mail.submission, value: submissionId },
    { label: mail.received, value: mail.receivedAt(berlin.format(new Date(receivedAt))) },
  ];
  const pdf = await writePdf({ title, facts, sections: delivery.readable(), at: receivedAt });
  const files = [
    { filename: `${name}.pdf`, contentType: 'application/pdf', base64: pdf.toString('base64') },
    { filename: `${name}.${data.extension}`, contentType: data.mimetype, base64: data.bytes.toString('base64') },
  ];
  const text = textOf([{ label: mail.matter, value: title }, ...facts], name, data.extension, attachments.length);
  return { from, to, subject: mail.subject(title, number), text, files };
}

function textOf(facts: { label: string; value: string }[], name: string, extension: string, count: number): string {
  const { mail } = texts;
  const attachments = count === 1 ? mail.oneAttachment : mail.attachments(count);
  return [
    ...mail.beginning,
    ...facts.map(({ label, value }) => `${`${label}:`.padEnd(17)}${value}`),
    '',
    mail.contents,
    mail.pdf(`${name}.pdf`),
    mail.data(`${name}.${extension}`),
    ...(count === 0 ? [] : [attachments]),
    ...mail.end,
  ].join('\r\n');
}

async function compose(
  draft: Draft,
  { receivedAt, submissionId, attachments }: Delivery,
  key: string,
): Promise<Buffer> {
  const { from, to, subject, text, files } = draft;
  const own = files.map(({ base64, ...file }) => ({ ...file, content: Buffer.from(base64, 'base64') }));
  const message = new MailComposer({
    from,
    to,
    subject,
    text,
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
