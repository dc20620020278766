import type { Json } from '#submission/vocabulary.js';
import type { Database, Row, Sql } from './database.js';

/** Region prefix, Leistung (or `*`) and name: what has a history. */
export interface ParameterKey {
  region: string;
  leistung: string;
  name: string;
}

/** One row of a history. Without `value` and `sealed` it says: inherit again. */
export interface Version extends ParameterKey {
  versionId: string;
  value?: Json;
  /** A secret's ciphertext. */
  sealed?: Buffer;
  validFrom: Date;
  validTo?: Date;
  author: string;
  reason: string;
  createdAt: Date;
}

export type NewVersion = Omit<Version, 'versionId' | 'createdAt'>;

const columns =
  'version_id::text, region, leistung, name, value, value is not null as filled, secret, valid_from, valid_to, author, reason, created_at';

export async function parameterRevision(db: Sql): Promise<number> {
  const { rows } = await db.query('select revision from parameter_revision', [], 'parameter-revision');
  return rows[0]!['revision'];
}

/** All versions that may count in `regions` for `leistung` (its own and `*`), oldest first, and the revision they belong to. */
export async function versionsFor(
  db: Sql,
  regions: string[],
  leistung: string,
): Promise<{ revision: number; versions: Version[] }> {
  const { rows } = await db.query(
    `select r.revision, ${columns} from parameter_revision r
     left join parameter p on p.region = any($1) and p.leistung in ($2, '*') order by p.version_id`,
    [regions, leistung],
    'parameter-versions',
  );
  return { revision: rows[0]!['revision'], versions: rows.filter((row) => row['version_id'] !== null).map(toVersion) };
}

export async function versionsById(db: Sql, versionIds: string[]): Promise<Version[]> {
  const { rows } = await db.query(
    `select ${columns} from parameter where version_id = any($1::bigint[]) order by version_id`,
    [versionIds],
    'parameter-by-id',
  );
  return rows.map(toVersion);
}

/** The history of one key, oldest first. */
export async function parameterHistory(db: Sql, { region, leistung, name }: ParameterKey): Promise<Version[]> {
  const { rows } = await db.query(
    `select ${columns} from parameter where region = $1 and leistung = $2 and name = $3 order by version_id`,
    [region, leistung, name],
    'parameter-history',
  );
  return rows.map(toVersion);
}

/**
 * Adds versions and bumps the revision in one transaction. The revision's row lock makes writers take turns, so `check` sees the history that its
 * version will follow; it throws to refuse.
 */
export async function appendVersions(
  db: Database,
  versions: NewVersion[],
  now: Date,
  check: (history: Version[], version: NewVersion) => void = () => {},
): Promise<string[]> {
  return db.transaction(async (sql) => {
    await sql.query('update parameter_revision set revision = revision + 1');
    const ids: string[] = [];
    for (const version of versions) {
      check(await parameterHistory(sql, version), version);
      ids.push(await insert(sql, version, now));
    }
    return ids;
  });
}

async function insert(sql: Sql, version: NewVersion, now: Date): Promise<string> {
  const { rows } = await sql.query(
    `insert into parameter (region, leistung, name, value, secret, valid_from, valid_to, author, reason, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning version_id::text`,
    [
      version.region,
      version.leistung,
      version.name,
      version.value === undefined ? null : JSON.stringify(version.value),
      version.sealed ?? null,
      version.validFrom,
      version.validTo ?? null,
      version.author,
      version.reason,
      now,
    ],
    'parameter-insert',
  );
  return rows[0]!['version_id'];
}

function toVersion(row: Row): Version {
  return {
    versionId: row['version_id'],
    region: row['region'],
    leistung: row['leistung'],
    name: row['name'],
    ...(row['filled'] ? { value: row['value'] } : {}),
    ...(row['secret'] ? { sealed: row['secret'] } : {}),
    validFrom: row['valid_from'],
    ...(row['valid_to'] ? { validTo: row['valid_to'] } : {}),
    author: row['author'],
    reason: row['reason'],
    createdAt: row['created_at'],
  };
}
