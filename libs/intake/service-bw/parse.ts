import { createHash, hash } from 'node:crypto';
import { type Json, type TrustLevel, trustLevels } from '#submission/vocabulary.js';
import { texts } from '../texts.js';
import { collectFiles, demandSize, fromBase64 } from './files.js';
import type { Dump, FormContent, FormMetadata, Known, Limits } from './form.js';
import { readJson } from './json.js';
import { takeOutLargeFiles } from './large-texts.js';
import { demandMediaType, formatOf, type MediaType } from './media.js';
import { type Part, splitForm } from './multipart.js';
import { decode, demandStorable, malformed, normalizeLineEnds } from './text.js';
import { readXml } from './xml.js';

export interface HandOver {
  /** The `Content-Type` header. */
  contentType: string | undefined;
  /** {@link parse} uses it up: large files are decoded where they lie. */
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
    const format = formatOf(type);
    const digest = digestOfBody(body);
    return assemble(await readDump(body, format, limits, known), [], digest, limits);
  }
  const parts = splitForm(body, type, limits);
  const submissions = parts.filter(({ name }) => name === 'submission');
  if (submissions.length !== 1) throw malformed(texts.multipart.oneSubmission);
  const { bytes, type: itsType } = submissions[0]!;
  const digest = digestOfForm(body, parts);
  const dump = await readDump(bytes, formatOfPart(bytes, itsType), limits, known);
  return assemble(
    dump,
    parts.filter(({ name }) => name !== 'submission'),
    digest,
    limits,
  );
}

/** The digests of bodies that may be used up meanwhile. */
const digests = new WeakMap<Buffer, string>();

function digestOfBody(body: Buffer): string {
  const digest = digests.get(body) ?? hash('sha256', body);
  digests.set(body, digest);
  return digest;
}

/** The digest that {@link parse} would return or has returned: the same for the same content. */
export function digest({ contentType, body, limits }: Omit<HandOver, 'known'>): string {
  const type = demandMediaType(contentType);
  return (
    digests.get(body) ??
    (type.name === 'multipart/form-data' ? digestOfForm(body, splitForm(body, type, limits)) : digestOfBody(body))
  );
}

async function readDump(bytes: Buffer, format: 'json' | 'xml', limits: Limits, known: Known): Promise<Dump> {
  if (format === 'json') {
    const { rest, files } = takeOutLargeFiles(bytes);
    return { ...readJson(decode(rest), limits, known), decoded: files };
  }
  return await readXml(decode(normalizeLineEnds(bytes)), limits, known);
}

/** Browsers and curl omit a part's type or send `text/plain`; the first character then decides. */
function formatOfPart(bytes: Buffer, type: MediaType | undefined): 'json' | 'xml' {
  if (type && type.name !== 'text/plain' && type.name !== 'application/octet-stream') return formatOf(type);
  return /^(\uFEFF|\s)*</.test(bytes.toString('utf8', 0, 100)) ? 'xml' : 'json';
}

function assemble(dump: Dump, uploads: Part[], digest: string, limits: Limits): FormContent {
  const files = collectFiles(uploads, limits, dump.decoded);
  const metadata = dump.metadata && readMetadata(dump.metadata, limits, dump.decoded);
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

function readMetadata(given: Record<string, Json>, limits: Limits, decoded: Dump['decoded']): FormMetadata {
  const text = (name: string, longest: number): string | undefined => {
    const value = given[name] ?? '';
    if (typeof value !== 'string' || value.length > longest) throw malformed(texts.form.metadata(name));
    return demandStorable(value).trim() || undefined;
  };
  const pdf = text('pdfApplicantFormBase64', limits.body)?.replace(/\s+/g, '');
  const pdfApplicantForm = pdf && (decoded?.get(pdf) ?? fromBase64(pdf));
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

function digestOfForm(body: Buffer, parts: Part[]): string {
  const digest = createHash('sha256');
  for (const { name, filename, type, bytes } of parts) {
    digest.update(JSON.stringify([name, filename, type?.name, bytes.length])).update(bytes);
  }
  const hex = digest.digest('hex');
  digests.set(body, hex);
  return hex;
}
