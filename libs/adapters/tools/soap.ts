import type { Json } from '#submission/vocabulary.js';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import { Unwritable, writeXml } from '#xoev/write.js';

export { Unwritable };

/** Bytes of an envelope with attachments in Base64; an answer over HTTP is no larger anyway. */
const largest = 64 * 1024 * 1024;

/**
 * Writes a SOAP 1.1 envelope around an object in the shape that `writeXml` takes. The same object gives the same text.
 * @throws Unwritable
 */
export const envelope = (body: Record<string, Json>): string =>
  writeXml(
    { 'soap:Envelope': { '@xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/', 'soap:Body': body } },
    { indent: false },
  );

/**
 * What stands in the body of an envelope, by names without prefixes; texts are as they stand there. Throws where it is
 * no envelope.
 */
export function bodyOf(xml: string): Record<string, Json> {
  const element = readXml(xml, { size: largest });
  const { Envelope: read } = toPlain(element, { trim: false }) as { Envelope?: { Body?: Record<string, Json> } };
  if (typeof read?.Body !== 'object') throw new Error('the answer is no SOAP envelope');
  return read.Body;
}
