// Generated from imported-schema.sql and the migrated schema: change the statements, then npm run sql
import type { Json } from '#submission/vocabulary.js';
import { exec, json, many, one } from '../statement.js';

export interface SchemaUsesRow {
  revision: number;
  useId: number | null;
  schemaId: string | null;
  version: string | null;
  rulesVersion: string | null;
  leistung: string | null;
  region: string | null;
  processVersion: string | null;
  process: Json | null;
  firstDay: string | null;
  lastDay: string | null;
}

/**
 * Every use of an imported schema, oldest first, each with the revision they belong to. Where there is none, one
 * row of which all but `revision` is null. Days are `YYYY-MM-DD`.
 */
export const schemaUses = many<void, SchemaUsesRow>('imported-schema.sql', 'schema_uses', () => [], [
  'revision',
  'useId',
  'schemaId',
  'version',
  'rulesVersion',
  'leistung',
  'region',
  'processVersion',
  'process',
  'firstDay',
  'lastDay',
]);

export interface ImportedSchemasParameters {
  schemaId?: string | null | undefined;
  version?: string | null | undefined;
  sha256?: string | null | undefined;
}

export interface ImportedSchemasRow {
  schemaId: string;
  version: string;
  sha256: string;
  lists: Json;
  report: Json;
  rulesVersion: string | null;
  forced: string | null;
  author: string;
  createdAt: Date;
}

/** Without files; newest import first. Each filter is optional. The report is that with the newest added rules. */
export const importedSchemas = many<ImportedSchemasParameters, ImportedSchemasRow>(
  'imported-schema.sql',
  'imported_schemas',
  (p) => [p.schemaId, p.version, p.sha256],
  ['schemaId', 'version', 'sha256', 'lists', 'report', 'rulesVersion', 'forced', 'author', 'createdAt'],
);

export interface AddedRulesOfParameters {
  schemaId: string;
  version: string;
}

export interface AddedRulesOfRow {
  rulesVersion: string;
  sha256: string;
  author: string;
  createdAt: Date;
}

/** The files of rules beside a schema, oldest first. */
export const addedRulesOf = many<AddedRulesOfParameters, AddedRulesOfRow>(
  'imported-schema.sql',
  'added_rules_of',
  (p) => [p.schemaId, p.version],
  ['rulesVersion', 'sha256', 'author', 'createdAt'],
);

export interface AddedRulesFileParameters {
  schemaId: string;
  version: string;
  rulesVersion: string;
}

export interface AddedRulesFileRow {
  file: Buffer;
}

export const addedRulesFile = one<AddedRulesFileParameters, AddedRulesFileRow>(
  'imported-schema.sql',
  'added_rules_file',
  (p) => [p.schemaId, p.version, p.rulesVersion],
  ['file'],
);

export interface SchemaFilesParameters {
  schemaId: string;
  version: string;
}

export interface SchemaFilesRow {
  file: Buffer;
  jsonSchema: string;
}

/** The file as it came, and what was derived from it. */
export const schemaFiles = one<SchemaFilesParameters, SchemaFilesRow>(
  'imported-schema.sql',
  'schema_files',
  (p) => [p.schemaId, p.version],
  ['file', 'jsonSchema'],
);

export interface CodeListFilesParameters {
  hashes: readonly string[];
}

export interface CodeListFilesRow {
  sha256: string;
  file: Buffer;
}

export const codeListFiles = many<CodeListFilesParameters, CodeListFilesRow>(
  'imported-schema.sql',
  'code_list_files',
  (p) => [p.hashes],
  ['sha256', 'file'],
);

export interface AddCodeListParameters {
  sha256: string;
  versionUri: string;
  file: Uint8Array;
}

export const addCodeList = exec<AddCodeListParameters>('imported-schema.sql', 'add_code_list', (p) => [
  p.sha256,
  p.versionUri,
  p.file,
]);

export interface AddSchemaParameters {
  schemaId: string;
  version: string;
  sha256: string;
  file: Uint8Array;
  lists: Json;
  jsonSchema: string;
  report: Json;
  forced?: string | null | undefined;
  author: string;
  createdAt: Date;
}

export const addSchema = exec<AddSchemaParameters>('imported-schema.sql', 'add_schema', (p) => [
  p.schemaId,
  p.version,
  p.sha256,
  p.file,
  json(p.lists),
  p.jsonSchema,
  json(p.report),
  p.forced,
  p.author,
  p.createdAt,
]);

export interface AddRulesParameters {
  schemaId: string;
  version: string;
  rulesVersion: string;
  sha256: string;
  file: Uint8Array;
  report: Json;
  author: string;
  createdAt: Date;
}

export const addRules = exec<AddRulesParameters>('imported-schema.sql', 'add_rules', (p) => [
  p.schemaId,
  p.version,
  p.rulesVersion,
  p.sha256,
  p.file,
  json(p.report),
  p.author,
  p.createdAt,
]);

export interface AddSchemaUseParameters {
  schemaId: string;
  version: string;
  rulesVersion?: string | null | undefined;
  leistung: string;
  region?: string | null | undefined;
  processVersion: string;
  process: Json;
  validFrom: string;
  validTo?: string | null | undefined;
}

export const addSchemaUse = exec<AddSchemaUseParameters>('imported-schema.sql', 'add_schema_use', (p) => [
  p.schemaId,
  p.version,
  p.rulesVersion,
  p.leistung,
  p.region,
  p.processVersion,
  json(p.process),
  p.validFrom,
  p.validTo,
]);

export interface EndSchemaUsesParameters {
  lastDay: string;
  schemaId: string;
  version: string;
  processVersions: readonly string[];
}

export const endSchemaUses = exec<EndSchemaUsesParameters>('imported-schema.sql', 'end_schema_uses', (p) => [
  p.lastDay,
  p.schemaId,
  p.version,
  p.processVersions,
]);
