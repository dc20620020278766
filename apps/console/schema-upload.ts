import { z } from 'zod';
import { readMediaType, unsupported } from '#intake/service-bw/media.js';
import { splitForm } from '#intake/service-bw/multipart.js';
import { misread, Problem } from '#problems/problem.js';
import type { ImportRequest } from '#schema-import/import.js';
import { day, leistung, regionPrefix, sentence } from './fields.js';
import { texts } from './texts.js';

/** The largest upload in bytes: a schema with all its code lists. */
export const largestUpload = 48 * 1024 * 1024;
const limits = { body: largestUpload, file: largestUpload, files: 100, fields: 100, depth: 64 };

const urn = z.string().regex(/^[\x21-\x7e]{1,400}$/, texts.fields.codeListUrn);

const wishes = {
  validFrom: day.optional(),
  leistung: leistung.optional(),
  region: regionPrefix.optional(),
  reason: sentence.optional(),
};
const jsonUpload = z.strictObject({
  schema: z.string().min(1, texts.fields.schemaFile),
  lists: z.record(urn, z.string()).default({}),
  rules: z.string().optional(),
  force: z.boolean().default(false),
  ...wishes,
});
const formFields = z.strictObject({ force: z.enum(['true', 'false']).default('false'), ...wishes });

const string = { type: 'string' };

/** The same body for the OpenAPI document. */
export const schemaUpload = {
  type: 'object',
  required: ['schema'],
  properties: {
    schema: { ...string, description: 'XDatenfelder 2.0 oder 3.0.0, Nachricht 0102; in multipart als Datei' },
    lists: {
      type: 'object',
      additionalProperties: string,
      description: 'genericode je kanonischer Kennung; in multipart je ein Teil „list:<Kennung>“',
    },
    rules: {
      ...string,
      description: 'zusätzliche Regeln, die Regeln aus Text umsetzen (JSON, als Text); in multipart als Datei',
    },
    validFrom: { ...string, format: 'date', description: 'gilt ab diesem Tag; sonst ab heute' },
    leistung: { ...string, description: 'sonst: alle Prozesse, die eine frühere Fassung verwenden' },
    region: { ...string, description: 'Regionalschlüssel oder sein Anfang; sonst überall' },
    force: { type: 'boolean', description: 'auch wenn es nicht freigegeben ist' },
    reason: { ...string, description: 'warum; bei force nötig' },
  },
};

type Upload = Omit<ImportRequest, 'author' | 'dryRun'>;

/** Reads an upload: multipart with the files as they are, or JSON with the files as texts. Throws {@link Problem}. */
export function readSchemaUpload(contentType: string | undefined, body: Buffer): Upload {
  const type = readMediaType(contentType);
  if (type?.name === 'multipart/form-data') return fromForm(splitForm(body, type, limits));
  if (type?.name === 'application/json') return fromJson(body);
  throw unsupported(texts.request.schemaMediaTypes);
}

function fromJson(body: Buffer): Upload {
  const { schema, lists, rules, ...rest } = demand(jsonUpload, parseJson(body));
  const files = Object.entries(lists).map(([urn, list]) => [urn, Buffer.from(list)] as const);
  return {
    ...rest,
    file: Buffer.from(schema),
    lists: Object.fromEntries(files),
    ...(rules !== undefined && { rules: Buffer.from(rules) }),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Problem('malformed', texts.request.notJson);
  }
}

/** `schema` is the file, `list:<URN>` a code list, `rules` a file; every other part is a plain value. */
function fromForm(parts: ReturnType<typeof splitForm>): Upload {
  const [file, rules] = ['schema', 'rules'].map((wanted) => parts.find(({ name }) => name === wanted)?.bytes);
  if (!file) throw new Problem('malformed', texts.request.schemaPartMissing);
  const lists = parts.flatMap(({ name, bytes }) =>
    name.startsWith('list:') ? [[demand(urn, name.slice('list:'.length)), bytes] as const] : [],
  );
  const values = parts.filter(({ name }) => !/^(schema$|rules$|list:)/.test(name));
  const fields = Object.fromEntries(values.map(({ name, bytes }) => [name, bytes.toString('utf8')]));
  const { force, ...rest } = demand(formFields, fields);
  return { ...rest, force: force === 'true', file, lists: Object.fromEntries(lists), rules };
}

function demand<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw misread(read.error.issues);
}
