import { hash } from 'node:crypto';
import { Problem } from '#problems/problem.js';
import { newId } from '#submission/id.js';
import type { NewAttachment } from '#submission/submission.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from '../texts.js';
import type { Dump, Limits } from './form.js';
import type { Part } from './multipart.js';
import { demandStorable, malformed } from './text.js';

export interface Files {
  all: NewAttachment[];
  /**
   * A value of the form with its files taken out: each becomes `{ attachmentId, filename, mimetype, size }`, no input
   * becomes `""`.
   */
  takeOut(value: Json): Json;
}

/**
 * Collects the files of one hand-over: those inside the form, some of which are `decoded` already, and `uploads`, which
 * the form mentions by name (or not at all).
 */
export function collectFiles(uploads: Part[], limits: Limits, decoded?: Dump['decoded']): Files {
  const all: NewAttachment[] = [];
  const add = (filename: string, mimetype: string | undefined, bytes: Uint8Array): NewAttachment => {
    demandSize(bytes, limits);
    if (all.length >= limits.files) throw new Problem('too-many-files', texts.files.tooMany(limits.files));
    const name = tidyFilename(filename);
    const file = {
      attachmentId: newId(),
      filename: name,
      mimetype: mimetype ?? guessMimetype(name),
      bytes,
      sha256: hash('sha256', bytes),
    };
    all.push(file);
    return file;
  };

  const byName = new Map<string, NewAttachment[]>();
  for (const { name, filename = name, type, bytes } of uploads) {
    const file = add(filename, type?.name, bytes);
    byName.set(file.filename, [...(byName.get(file.filename) ?? []), file]);
  }

  const takeOut = (value: Json): Json => {
    if (value === null) return '';
    if (typeof value === 'string') {
      if (decoded?.has(value)) throw malformed(texts.files.incomplete); // a file's text, but no file
      const upload = byName.size && byName.get(tidyFilename(value))?.shift();
      return upload ? placeholder(upload) : demandStorable(value);
    }
    if (typeof value === 'number') return demandExact(value);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(takeOut);
    if (!('fileAsBase64' in value))
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [demandStorable(name), takeOut(part)]));
    const { filename, mimetype, fileAsBase64 } = value;
    if (typeof filename !== 'string' || typeof fileAsBase64 !== 'string') throw malformed(texts.files.incomplete);
    const bytes = decoded?.get(fileAsBase64) ?? fromBase64(fileAsBase64);
    return placeholder(add(filename, typeof mimetype === 'string' ? mimetype : undefined, bytes));
  };
  return { all, takeOut };
}

function placeholder({ attachmentId, filename, mimetype, bytes }: NewAttachment): Json {
  return { attachmentId, filename, mimetype, size: bytes.byteLength };
}

/**
 * Strict base64 (RFC 4648 §4, §5). Node's decoder skips characters that it does not know, so the length is compared.
 * @throws Problem `malformed`
 */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) throw malformed(texts.files.noBase64);
  return bytes;
}

export function demandSize(bytes: Uint8Array, limits: Limits): void {
  const most = Math.floor(limits.file / 1024 / 1024);
  if (bytes.byteLength > limits.file) throw new Problem('too-large', texts.files.tooLarge(most));
}

/** Throws `malformed` for an integer beyond 2^53, which would silently become another one. */
function demandExact(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw malformed(texts.form.inexactNumber);
  return value;
}

/** The last part of a path, in NFC, without control characters, cut to 200 characters with its extension. */
function tidyFilename(filename: string): string {
  const whole = filename.normalize('NFC');
  const name = whole.slice(whole.search(/[^\\/]*$/)).replace(/\p{Cc}/gu, '');
  const ending = /\.\w{1,10}$/.exec(name)?.[0] ?? '';
  return demandStorable(name.length > 200 ? name.slice(0, 200 - ending.length) + ending : name) || texts.files.unnamed;
}

const mimetypes: Record<string, string> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  xml: 'application/xml',
  json: 'application/json',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
};

function guessMimetype(filename: string): string {
  return mimetypes[/\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
