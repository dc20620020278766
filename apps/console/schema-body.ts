import { z } from 'zod';
import { readMediaType, unsupported } from '#intake/service-bw/media.js';
import { splitForm } from '#intake/service-bw/multipart.js';
import { misread, Problem } from '#problems/problem.js';
import type { ImportRequest } from '#schema-import/import.js';
import { regionPrefix, sentence } from './dead-letter-filter.js';

/** Bytes of a schema with all its code lists. */
export const largestImport = 48 * 1024 * 1024;
const limits = { body: largestImport, file: largestImport, files: 100, fields: 100, depth: 64 };

export const day = z.iso.date({ error: 'Ein Tag wie 2027-01-01' });
export const leistung = z.string().regex(/^99\d{12}$/, 'Leistungsschlüssel: 14 Ziffern, 99 zuerst');
const urn = z.string().regex(/^[\x21-\x7e]{1,400}$/, 'Kennung einer Codeliste');

const wishes = {
  validFrom: day.optional(),
  leistung: leistung.optional(),
  region: regionPrefix.optional(),
  reason: sentence.optional(),
};
const jsonBody = z.strictObject({
  schema: z.string().min(1, 'Die Schemadatei fehlt'),
  lists: z.record(urn, z.string()).default({}),
  force: z.boolean().default(false),
  ...wishes,
});
const fieldsBody = z.strictObject({ force: z.enum(['true', 'false']).default('false'), ...wishes });

type Body = Omit<ImportRequest, 'author' | 'dryRun'>;

/** Reads what an import brings: multipart with the files as they are, or JSON with them as texts. Throws {@link Problem}. */
export function readSchemaBody(contentType: string | undefined, body: Buffer): Body {
  const type = readMediaType(contentType);
  if (type?.name === 'multipart/form-data') return fromParts(splitForm(body, type, limits));
  if (type?.name === 'application/json') return fromJson(body);
  throw unsupported('Angenommen werden multipart/form-data und application/json.');
}

function fromJson(body: Buffer): Body {
  const { schema, lists, ...rest } = demand(jsonBody, parseJson(body));
  const files = Object.entries(lists).map(([urn, list]) => [urn, Buffer.from(list)] as const);
  return { ...rest, file: Buffer.from(schema), lists: Object.fromEntries(files) };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Problem('malformed', 'Die Anfrage ist kein JSON in UTF-8.');
  }
}

/** `schema` is the file, `list:<URN>` a code list; every other part is a plain value. */
function fromParts(parts: ReturnType<typeof splitForm>): Body {
  const named = (name: string) => parts.find((part) => part.name === name)?.bytes;
  const file = named('schema');
  if (!file) throw new Problem('malformed', 'Der Teil „schema“ mit der Schemadatei fehlt.');
  const lists = parts.flatMap(({ name, bytes }) =>
    name.startsWith('list:') ? [[demand(urn, name.slice('list:'.length)), bytes] as const] : [],
  );
  const values = parts.filter(({ name }) => name !== 'schema' && !name.startsWith('list:'));
  const fields = Object.fromEntries(values.map(({ name, bytes }) => [name, bytes.toString('utf8')]));
  const { force, ...rest } = demand(fieldsBody, fields);
  return { ...rest, force: force === 'true', file, lists: Object.fromEntries(lists) };
}

function demand<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw misread(read.error.issues);
}
