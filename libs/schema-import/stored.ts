import { type CodeList, type ListFolder, readCodeList } from '#fim/lists.js';
import type { BoundList, Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import type { Report } from '#fim/report.js';
import type { Database } from '#store/database.js';
import {
  codeListFiles,
  findSchema,
  type RuledSchemaKey,
  rulesFile,
  type SchemaRecord,
  schemaFiles,
} from '#store/imported-schemas.js';
import type { Json } from '#submission/vocabulary.js';

/** A schema as it was imported, with the code lists that it was bound to, and the rules beside it. */
export interface StoredSchema {
  file: Uint8Array;
  lists: ListFolder;
  rules: Uint8Array | undefined;
}

export async function storedSchema(db: Database, key: RuledSchemaKey): Promise<StoredSchema | undefined> {
  const record = await findSchema(db, key);
  const files = await schemaFiles(db, key);
  if (!record || !files) return undefined;
  return { file: files.file, lists: await boundLists(db, record), rules: await rulesFile(db, key) };
}

/** @throws Error with the first finding that makes it unreadable */
export function readStored({ file, lists, rules }: StoredSchema): Schema {
  const { model, findings } = readSchema(file, { lists, rules });
  if (!model) throw new Error(findings.find(({ severity }) => severity === 'error')?.message);
  return model;
}

/** Answers each question of a schema with the list that it was bound to. */
export async function boundLists(db: Database, record: SchemaRecord): Promise<ListFolder> {
  const bound = listsOf(record);
  const files = await codeListFiles(
    db,
    bound.map(({ sha256 }) => sha256),
  );
  const read = new Map<string, CodeList>();
  return {
    find(uri, version) {
      const hash = bound.find((list) => list.uri === uri && list.version === version)?.sha256 ?? '';
      const file = files.get(hash);
      if (file && !read.has(hash)) read.set(hash, readCodeList(file));
      return read.get(hash);
    },
    versions: () => [],
  };
}

/** The report of an import, with the status as the file writes it. */
export type StoredReport = Report & { writtenStatus: string };

/** The record holds what {@link toJson} made of a schema's `lists`. */
export const listsOf = ({ lists }: SchemaRecord) => lists as unknown as BoundList[];

/** The record holds what {@link toJson} made of a {@link StoredReport}. */
export const reportOf = ({ report }: SchemaRecord) => report as unknown as StoredReport;

/** The value as the store returns it: without members that are `undefined`. */
export const toJson = (value: object): Json => JSON.parse(JSON.stringify(value));
