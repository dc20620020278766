import { createHash, hash } from 'node:crypto';
import { type Json, type TrustLevel, trustLevels } from '#submission/vocabulary.js';
import { texts } from '../texts.js';
import { collectFiles, demandSize, fromBase64 } from './files.js';
import type { Dump, FormContent, FormMetadata, Known, Limits } from './form.js';
import { readJson } from './json.js';
import { demandMediaType, formatOf, type MediaType } from './media.js';
import { type Part, splitForm } from './multipart.js';
import { decode, demandStorable, malformed, normalizeLineEnds } from './text.js';
import { readXml } from './xml.js';

export interface HandOver {
  /** The `Content-Type` header. */
  contentType: string | undefined;
  body: Buffer;
  limits: Limits;
  known: Known;
}

/**
 * The only way to obtain a form. Reads what a Serviceportal process hands over: its JSON or XML dump, or
 * `multipart/form-data` with a part `submission` (either of the two) and the attachments. The work is bounded by
 * `limits`.
 * @throws Problem `malformed`, `too-large`, `too-many-files`, `too-many-fields`, `too-deep` or
 *   `unsupported-media-type`; none of them quotes the input
 */
export async function parse({ contentType, body, limits, known }: HandOver): Promise<FormContent> {
  const type = demandMediaType(contentType);
  if (type.name !== 'multipart/form-data') {
    return assemble(await readDump(body, formatOf(type), limits, known), [], hash('sha256', body), limits);
  }
  const parts = splitForm(body, type, limits);
  const submissions = parts.filter(({ name }) => name === 'submission');
  if (submissions.length !== 1) throw malformed(texts.multipart.oneSubmission);
  const { bytes, type: itsType } = submissions[0]!;
  const dump = await readDump(bytes, formatOfPart(bytes, itsType), limits, known);
  return assemble(
    dump,
    parts.filter(({ name }) => name !== 'submission'),
    digestOf(parts),
    limits,
  );
}

/** The digest that {@link parse} would return, without parsing: the same for the same content. */
export function digest({ contentType, body, limits }: Omit<HandOver, 'known'>): string {
  const type = demandMediaType(contentType);
  return type.name === 'multipart/form-data' ? digestOf(splitForm(body, type, limits)) : hash('sha256', body);
}

async function readDump(bytes: Buffer, format: 'json' | 'xml', limits: Limits, known: Known): Promise<Dump> {
  if (format === 'json') return readJson(decode(bytes), limits, known);
  return await readXml(decode(normalizeLineEnds(bytes)), limits, known);
}

/** Browsers and curl omit a part's type or send `text/plain`; the first character then decides. */
function formatOfPart(bytes: Buffer, type: MediaType | undefined): 'json' | 'xml' {
  if (type && type.name !== 'text/plain' && type.name !== 'application/octet-stream') return formatOf(type);
  return /^(\uFEFF|\s)*</.test(bytes.toString('utf8', 0, 100)) ? 'xml' : 'json';
}

function assemble(dump: Dump, uploads: Part[], digest: string, limits: Limits): FormContent {
  const files = collectFiles(uploads, limits);
  const metadata = dump.metadata && readMetadata(dump.metadata, limits);
  const fields = dump.fields.map((field) => ({
    ...field,
    key: demandStorable(field.key),
    value: files.takeOut(field.value),
  }));
  return { ...(metadata && { metadata }), fields, files: files.all, digest };
}

/**
 * The German names of eIDAS Art. 8 (2), and the STORK levels that BundID reports for a login (2 is a weaker password).
 */
const trustLevelNames = new Map<string, TrustLevel>([
  ...trustLevels.map((level) => [level, level] as const),
  ['stork-qaa-level-1', 'niedrig'],
  ['stork-qaa-level-2', 'niedrig'],
  ['stork-qaa-level-3', 'substantiell'],
  ['stork-qaa-level-4', 'hoch'],
]);

function readMetadata(given: Record<string, Json>, limits: Limits): FormMetadata {
  const text = (name: string, longest: number): string | undefined => {
    const value = given[name] ?? '';
    if (typeof value !== 'string' || value.length > longest) throw malformed(texts.form.metadata(name));
    return demandStorable(value).trim() || undefined;
  };
  const pdf = text('pdfApplicantFormBase64', limits.body)?.replace(/\s+/g, '');
  const pdfApplicantForm = pdf && fromBase64(pdf);
  if (pdfApplicantForm) demandSize(pdfApplicantForm, limits);
  const postfachHandleId = text('postfachHandleId', 500);
  const formId = text('formId', 500);
  const creationDate = text('creationDate', 100);
  const trustLevel = trustLevelNames.get(text('trustLevel', 100)?.toLowerCase() ?? '');
  return {
    ...(postfachHandleId && { postfachHandleId }),
    ...(formId && { formId }),
    ...(creationDate && { creationDate }),
    ...(trustLevel && { trustLevel }),
    ...(pdfApplicantForm && { pdfApplicantForm }),
  };
}

function digestOf(parts: Part[]): string {
  const digest = createHash('sha256');
  for (const { name, filename, type, bytes } of parts) {
    digest.update(JSON.stringify([name, filename, type?.name, bytes.length])).update(bytes);
  }
  return digest.digest('hex');
}
