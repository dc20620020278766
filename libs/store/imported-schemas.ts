import type { Json } from '#submission/vocabulary.js';
import { noteAction } from './actions.js';
import type { Database, Sql } from './database.js';
import {
  type AddedRulesOfRow,
  addCodeList,
  addedRulesOf,
  addRules,
  addSchema,
  addSchemaUse,
  endSchemaUses,
  codeListFiles as fileRows,
  schemaFiles as filesRow,
  type ImportedSchemasRow,
  importedSchemas,
  addedRulesFile as rulesRow,
  schemaUses as useRows,
} from './sql/imported-schema.js';
import { bumpParameterRevisionFrom } from './sql/parameter.js';

/** Id and version of a FIM schema. */
export interface SchemaKey {
  schemaId: string;
  version: string;
}

/** A schema, and which added rules are checked beside it. */
export interface RuledSchemaKey extends SchemaKey {
  /** Absent: none. */
  rulesVersion?: string;
}

/** What is kept of an imported schema beside its file. */
export interface SchemaRecord extends RuledSchemaKey {
  /** Of the file, hex. */
  sha256: string;
  /** Code lists, as the reader bound them. */
  lists: Json;
  /** With the newest added rules, whose version is `rulesVersion`. */
  report: Json;
  /** Why it was taken although it is not released. */
  forced?: string;
  author: string;
  createdAt: Date;
}

/** A process that a schema is used for. Days are `YYYY-MM-DD`. */
export interface SchemaUse extends RuledSchemaKey {
  leistung: string;
  /** Prefix of the ARS; absent: everywhere. */
  region?: string;
  processVersion: string;
  process: Json;
  validFrom: string;
  /** Last day. Before `validFrom`: withdrawn before it began. */
  validTo?: string;
}

export interface CodeListFile {
  sha256: string;
  versionUri: string;
  file: Uint8Array;
}

/** A file of added rules, without the file. */
export type RulesRecord = AddedRulesOfRow;

export interface NewImport {
  schema: SchemaRecord & { file: Uint8Array; jsonSchema: string };
  rules?: RulesRecord & { file: Uint8Array };
  lists: CodeListFile[];
  uses: SchemaUse[];
  reason?: string | undefined;
}

export const subjectOf = ({ schemaId, version }: SchemaKey) => `${schemaId}V${version}`;

/** Every use, oldest first, and the revision they belong to. */
export async function schemaUses(db: Sql): Promise<{ revision: number; uses: SchemaUse[] }> {
  const rows = await useRows(db);
  const uses = rows.flatMap((row): SchemaUse[] => {
    const { schemaId, version, rulesVersion, leistung, region, processVersion, process, firstDay, lastDay } = row;
    if (!schemaId || !version || !leistung || !processVersion || !firstDay) return []; // nothing is imported yet
    return [
      {
        schemaId,
        version,
        ...(rulesVersion !== null && { rulesVersion }),
        leistung,
        ...(region !== null && { region }),
        processVersion,
        process,
        validFrom: firstDay,
        ...(lastDay !== null && { validTo: lastDay }),
      },
    ];
  });
  return { revision: rows[0]!.revision, uses };
}

/** Every imported schema, without files; newest import first. */
export async function listSchemas(db: Sql): Promise<SchemaRecord[]> {
  return (await importedSchemas(db, {})).map(recordOf);
}

export async function findSchema(db: Sql, { schemaId, version }: SchemaKey): Promise<SchemaRecord | undefined> {
  const [row] = await importedSchemas(db, { schemaId, version });
  return row && recordOf(row);
}

/** The schema whose file has this hash. */
export async function findSchemaByHash(db: Sql, sha256: string): Promise<SchemaRecord | undefined> {
  const [row] = await importedSchemas(db, { sha256 });
  return row && recordOf(row);
}

/** The file as it came, and what was derived from it. */
export async function schemaFiles(
  db: Sql,
  { schemaId, version }: SchemaKey,
): Promise<{ file: Buffer; jsonSchema: string } | undefined> {
  return filesRow(db, { schemaId, version });
}

/** The files of rules beside a schema, oldest first. */
export const rulesBeside = (db: Sql, { schemaId, version }: SchemaKey): Promise<RulesRecord[]> =>
  addedRulesOf(db, { schemaId, version });

export async function rulesFile(
  db: Sql,
  { schemaId, version, rulesVersion }: RuledSchemaKey,
): Promise<Buffer | undefined> {
  return rulesVersion === undefined ? undefined : (await rulesRow(db, { schemaId, version, rulesVersion }))?.file;
}

/** Files of code lists by hash. */
export async function codeListFiles(db: Sql, hashes: string[]): Promise<Map<string, Buffer>> {
  return new Map((await fileRows(db, { hashes })).map(({ sha256, file }) => [sha256, file]));
}

/**
 * Stores an import, or further uses of a schema that is there. False when somebody changed something since `revision`:
 * look again.
 */
export async function insertImport(db: Database, revision: number, made: NewImport, author: string): Promise<boolean> {
  const { schema, rules, lists, uses, reason } = made;
  return db.transaction(async (sql) => {
    if ((await bumpParameterRevisionFrom(sql, { revision })) !== 1) return false;
    for (const list of lists) await addCodeList(sql, list);
    await addSchema(sql, schema);
    if (rules)
      await addRules(sql, { ...rules, schemaId: schema.schemaId, version: schema.version, report: schema.report });
    for (const use of uses) await addSchemaUse(sql, use);
    const subject = subjectOf(schema);
    await noteAction(sql, { at: db.now(), actor: author, type: 'schema-imported', subject, reason });
    return true;
  });
}

/** Ends uses with `lastDay`. False when somebody changed something since `revision`. */
export async function endUses(
  db: Database,
  revision: number,
  key: SchemaKey,
  end: { processVersions: string[]; lastDay: string; author: string; reason: string },
): Promise<boolean> {
  const { processVersions, lastDay, author, reason } = end;
  return db.transaction(async (sql) => {
    if ((await bumpParameterRevisionFrom(sql, { revision })) !== 1) return false;
    await endSchemaUses(sql, { ...key, processVersions, lastDay });
    const subject = subjectOf(key);
    await noteAction(sql, { at: db.now(), actor: author, type: 'schema-withdrawn', subject, reason });
    return true;
  });
}

function recordOf({ forced, rulesVersion, ...record }: ImportedSchemasRow): SchemaRecord {
  return { ...record, ...(forced !== null && { forced }), ...(rulesVersion !== null && { rulesVersion }) };
}
