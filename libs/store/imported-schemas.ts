import type { Json } from '#submission/vocabulary.js';
import type { Database, Row, Sql } from './database.js';
import { noteAction } from './operator.js';

/** Id and version of a FIM schema. */
export interface SchemaKey {
  schemaId: string;
  version: string;
}

/** What is kept of an imported schema beside its file. */
export interface SchemaRecord extends SchemaKey {
  sha256: string;
  /** Code lists, as the reader bound them. */
  lists: Json;
  report: Json;
  /** Why it was taken although it is not released. */
  forced?: string;
  author: string;
  createdAt: Date;
}

/** A process that a schema is used for. Days are `YYYY-MM-DD`. */
export interface SchemaUse extends SchemaKey {
  leistung: string;
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

export interface NewImport {
  schema: SchemaRecord & { file: Uint8Array; jsonSchema: string };
  lists: CodeListFile[];
  uses: SchemaUse[];
  reason?: string | undefined;
}

export const subjectOf = ({ schemaId, version }: SchemaKey) => `${schemaId}V${version}`;

/** Every use, oldest first, and the revision they belong to. */
export async function schemaUses(db: Sql): Promise<{ revision: number; uses: SchemaUse[] }> {
  const { rows } = await db.query(
    `select r.revision, u.*, u.valid_from::text as first_day, u.valid_to::text as last_day
     from parameter_revision r left join schema_use u on true order by u.use_id`,
  );
  return { revision: rows[0]!['revision'], uses: rows.filter((row) => row['use_id'] !== null).map(toUse) };
}

const columns = 'schema_id, version, sha256, lists, report, forced, author, created_at';

/** Every imported schema, without files; newest import first. */
export async function listSchemas(db: Sql): Promise<SchemaRecord[]> {
  const { rows } = await db.query(
    `select ${columns} from imported_schema order by created_at desc, schema_id, version desc`,
  );
  return rows.map(toRecord);
}

export async function findSchema(db: Sql, { schemaId, version }: SchemaKey): Promise<SchemaRecord | undefined> {
  const { rows } = await db.query(`select ${columns} from imported_schema where schema_id = $1 and version = $2`, [
    schemaId,
    version,
  ]);
  return rows[0] && toRecord(rows[0]);
}

/** The schema whose file has this hash. */
export async function findSchemaByHash(db: Sql, sha256: string): Promise<SchemaRecord | undefined> {
  const { rows } = await db.query(`select ${columns} from imported_schema where sha256 = $1`, [sha256]);
  return rows[0] && toRecord(rows[0]);
}

/** The file as it came, and what was derived from it. */
export async function schemaFiles(
  db: Sql,
  { schemaId, version }: SchemaKey,
): Promise<{ file: Buffer; jsonSchema: string } | undefined> {
  const { rows } = await db.query(
    `select file, json_schema from imported_schema where schema_id = $1 and version = $2`,
    [schemaId, version],
  );
  return rows[0] && { file: rows[0]['file'], jsonSchema: rows[0]['json_schema'] };
}

/** Files of code lists by hash. */
export async function codeListFiles(db: Sql, hashes: string[]): Promise<Map<string, Buffer>> {
  const { rows } = await db.query(`select sha256, file from code_list where sha256 = any($1)`, [hashes]);
  return new Map(rows.map((row) => [row['sha256'], row['file']]));
}

/** Stores an import, or further uses of a schema that is there. False when somebody changed something since `revision`: look again. */
export async function insertImport(db: Database, revision: number, made: NewImport, author: string): Promise<boolean> {
  return db.transaction(async (sql) => {
    if (!(await takeTurn(sql, revision))) return false;
    const { schema, lists, uses } = made;
    for (const list of lists)
      await sql.query(
        `insert into code_list (sha256, version_uri, file) values ($1, $2, $3) on conflict (sha256) do nothing`,
        [list.sha256, list.versionUri, list.file],
      );
    await insertSchema(sql, schema);
    for (const use of uses) await insertUse(sql, use);
    const at = db.now();
    await noteAction(sql, {
      at,
      actor: author,
      type: 'schema-imported',
      subject: subjectOf(schema),
      reason: made.reason,
    });
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
  return db.transaction(async (sql) => {
    if (!(await takeTurn(sql, revision))) return false;
    await sql.query(
      `update schema_use set valid_to = $4::date where schema_id = $1 and version = $2 and process_version = any($3)`,
      [key.schemaId, key.version, end.processVersions, end.lastDay],
    );
    const { author: actor, reason } = end;
    await noteAction(sql, { at: db.now(), actor, type: 'schema-withdrawn', subject: subjectOf(key), reason });
    return true;
  });
}

/** The revision's row lock makes writers take turns, so what was decided at `revision` still holds. */
async function takeTurn(sql: Sql, revision: number): Promise<boolean> {
  const { rowCount } = await sql.query('update parameter_revision set revision = revision + 1 where revision = $1', [
    revision,
  ]);
  return rowCount === 1;
}

async function insertSchema(sql: Sql, schema: NewImport['schema']): Promise<void> {
  await sql.query(
    `insert into imported_schema (schema_id, version, sha256, file, lists, json_schema, report, forced, author, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      schema.schemaId,
      schema.version,
      schema.sha256,
      schema.file,
      JSON.stringify(schema.lists),
      schema.jsonSchema,
      JSON.stringify(schema.report),
      schema.forced ?? null,
      schema.author,
      schema.createdAt,
    ],
  );
}

async function insertUse(sql: Sql, use: SchemaUse): Promise<void> {
  await sql.query(
    `insert into schema_use (schema_id, version, leistung, region, process_version, process, valid_from, valid_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      use.schemaId,
      use.version,
      use.leistung,
      use.region ?? null,
      use.processVersion,
      JSON.stringify(use.process),
      use.validFrom,
      use.validTo ?? null,
    ],
  );
}

function toRecord(row: Row): SchemaRecord {
  return {
    schemaId: row['schema_id'],
    version: row['version'],
    sha256: row['sha256'],
    lists: row['lists'],
    report: row['report'],
    ...(row['forced'] === null ? {} : { forced: row['forced'] }),
    author: row['author'],
    createdAt: row['created_at'],
  };
}

function toUse(row: Row): SchemaUse {
  return {
    schemaId: row['schema_id'],
    version: row['version'],
    leistung: row['leistung'],
    ...(row['region'] === null ? {} : { region: row['region'] }),
    processVersion: row['process_version'],
    process: row['process'],
    validFrom: row['first_day'],
    ...(row['last_day'] === null ? {} : { validTo: row['last_day'] }),
  };
}
