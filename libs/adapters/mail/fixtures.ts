import PostalMime from 'postal-mime';
import type { Fixture, Unpacked } from '../kit/fixture.js';
import { stringsIn, stringsInXml } from '../kit/strings.js';
import { MailServer } from './fake.js';

export const fixture: Fixture = {
  protocol: 'other',
  address: 'mail.host',
  authority: 'mail.ca',
  unreachable: { 'mail.host': '127.0.0.1:9' },
  wrongCredentials: { values: { 'mail.password': 'another-password-of-the-fixture' }, blames: 'mail.password' },
  start: () => MailServer.start(),
  unpack,
  troubles: ['down', 'hang', 'commit-then-hang', 'garbage', 'huge', 'busy', 'refuse', 'unauthorized', 'forbidden'],
  cannot: {
    'mail.maxMegabytes': 'Eine Grenze; an ihr selbst ist nichts zu sehen.',
    bomb: 'Antworten eines Mailservers sind kein XML.',
    'commit-then-fail': 'Was ein Mailserver nach DATA ablehnt, stellt er nicht zu (RFC 5321 §4.2.5).',
  },
};

/** A mail's attachments are the PDF, the data and the submission's own attachments, in this order. */
async function unpack(writes: Buffer[]): Promise<Unpacked> {
  const mails = await Promise.all(
    writes.map((bytes) => PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' })),
  );
  const attachments = mails.map((mail) => mail.attachments.map((file) => ({ ...file, bytes: bytesOf(file.content) })));
  const data = attachments.flatMap((all) => all.slice(1, 2));
  const texts = data.map(({ bytes, mimeType }) => decoded(bytes.toString(), mimeType));
  return {
    texts: [...mails.map(({ subject, text }) => `${subject}\n${text}`), ...texts].join('\n'),
    files: attachments.flat().map(({ bytes }) => bytes),
  };
}

const bytesOf = (content: ArrayBuffer | Uint8Array | string) =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));

function decoded(text: string, mimetype: string): string {
  if (mimetype === 'application/json') return stringsIn(JSON.parse(text)).join('\n');
  return mimetype === 'text/csv' ? text.replaceAll('""', '"') : stringsInXml(text).join('\n');
}
