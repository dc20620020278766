import { hash } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import { noteAction } from './actions.js';
import type { Database, Sql } from './database.js';
import {
  addVersion,
  bumpParameterRevision,
  parameterHistory as historyRows,
  parameterRevision as revisionRow,
  versionsById as rowsById,
  versionsFor as rowsFor,
  type VersionsByIdRow,
} from './sql/parameter.js';

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

/**
 * Grows with every change of parameters or imported schemas: whoever keeps them in memory reads them anew when it has
 * grown.
 */
export async function parameterRevision(db: Sql): Promise<number> {
  return (await revisionRow(db))!.revision;
}

/**
 * All versions that may count in `regions` for `leistung` (its own and `*`), oldest first, and the revision they belong
 * to.
 */
export async function versionsFor(
  db: Sql,
  regions: string[],
  leistung: string,
): Promise<{ revision: number; versions: Version[] }> {
  const rows = await rowsFor(db, { regions, leistung });
  // where one column of the outer join is there, all are
  const versions = rows.flatMap((row) => (row.versionId === null ? [] : [versionOf(row as VersionsByIdRow)]));
  return { revision: rows[0]!.revision, versions };
}

export async function versionsById(db: Sql, versionIds: string[]): Promise<Version[]> {
  return (await rowsById(db, { versionIds })).map(versionOf);
}

/** The history of one key, oldest first. */
export async function parameterHistory(db: Sql, { region, leistung, name }: ParameterKey): Promise<Version[]> {
  return (await historyRows(db, { region, leistung, name })).map(versionOf);
}

/**
 * Adds versions and bumps the revision in one transaction. Writers wait for each other at the revision's row lock, so
 * `check` sees the history that its version will follow; it throws to refuse. Answers the new versions' ids.
 */
export async function appendVersions(
  db: Database,
  versions: NewVersion[],
  now: Date,
  check: (history: Version[], version: NewVersion) => void = () => {},
): Promise<string[]> {
  return db.transaction(async (sql) => {
    await bumpParameterRevision(sql);
    const ids: string[] = [];
    for (const { sealed: secret, ...version } of versions) {
      check(await parameterHistory(sql, version), { ...version, ...(secret && { sealed: secret }) });
      const { versionId } = (await addVersion(sql, { ...version, secret, createdAt: now }))!;
      await noteVersion(sql, { ...version, versionId, createdAt: now }, secret !== undefined);
      ids.push(versionId);
    }
    return ids;
  });
}

/** What was set stands in the log as its hash; of a secret, whose ciphertext may change, only that it was. */
async function noteVersion(sql: Sql, version: Omit<Version, 'sealed'>, isSecret: boolean): Promise<void> {
  const { region, leistung, name, value, versionId, author, createdAt } = version;
  const isValue = value !== undefined;
  await noteAction(sql, {
    at: createdAt,
    actor: author,
    type: isValue || isSecret ? 'parameter-set' : 'parameter-removed',
    subject: `${region} ${leistung} ${name}`,
    data: { versionId, ...(isValue && { value: hash('sha256', JSON.stringify(value), 'base64url') }) },
  });
}

/** JSON's null is a value, SQL's null is none: `hasValue` tells them apart. */
function versionOf(row: VersionsByIdRow): Version {
  const { hasValue, value, secret, validTo, versionId, region, leistung, name, validFrom, author, reason } = row;
  return {
    versionId,
    region,
    leistung,
    name,
    ...(hasValue && { value }),
    ...(secret && { sealed: secret }),
    validFrom,
    ...(validTo && { validTo }),
    author,
    reason,
    createdAt: row.createdAt,
  };
}
