import { type ErrorDetail, ParseOption, XmlDocument, XmlParseError } from 'libxml2-wasm';
import { findDtd } from '../dtd.js';
import { texts } from '../texts.js';
import { parseOption } from './libxml.js';

/** Bytes a message may have; attachments travel beside it. */
const largest = 20 * 1024 * 1024;

/**
 * Parses a message for libxml2, or says in German why it cannot. Only UTF-8 without a DTD is taken: then no entity can
 * be declared, and no other encoding can hide a declaration. The caller disposes of the document.
 */
export function parseDocument(xml: Uint8Array): XmlDocument | { fault: string } {
  if (xml.length > largest) return { fault: texts.unreadable.tooLarge };
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (bytes.includes(0)) return { fault: texts.unreadable.notUtf8 };
  if (bytes.includes('<!DOCTYPE') && findDtd(bytes.toString('latin1')) >= 0) return { fault: texts.unreadable.dtd };
  const encoding = /^(?:\ufeff)?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)/.exec(bytes.toString('utf8', 0, 200))?.[1];
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) return { fault: texts.unreadable.notUtf8 };
  try {
    // huge texts are allowed, because `largest` is the limit
    return XmlDocument.fromBuffer(xml, { option: parseOption | ParseOption.XML_PARSE_HUGE });
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    return { fault: texts.unreadable.malformed(lineOf(error.details)) };
  }
}

const lineOf = ([first]: ErrorDetail[]) => first?.line ?? 1;
