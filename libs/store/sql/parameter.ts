// Generated from parameter.sql and the migrated schema: change the statements, then npm run sql
import type { Json } from '#submission/vocabulary.js';
import { exec, json, many, one } from '../statement.js';

export interface ParameterRevisionRow {
  revision: number;
}

export const parameterRevision = one<void, ParameterRevisionRow>('parameter.sql', 'parameter_revision', () => [], [
  'revision',
]);

/** Takes the revision's row lock, so that writers of parameters follow each other. */
export const bumpParameterRevision = exec<void>('parameter.sql', 'bump_parameter_revision', () => []);

export interface BumpParameterRevisionFromParameters {
  revision: number;
}

/** The same, where nobody has written since `revision`. */
export const bumpParameterRevisionFrom = exec<BumpParameterRevisionFromParameters>(
  'parameter.sql',
  'bump_parameter_revision_from',
  (p) => [p.revision],
);

export interface VersionsForParameters {
  regions: readonly string[];
  leistung: string;
}

export interface VersionsForRow {
  revision: number;
  versionId: string | null;
  region: string | null;
  leistung: string | null;
  name: string | null;
  value: Json | null;
  hasValue: boolean;
  secret: Buffer | null;
  validFrom: Date | null;
  validTo: Date | null;
  author: string | null;
  reason: string | null;
  createdAt: Date | null;
}

/**
 * All versions that may count in these regions for a Leistung (its own and `*`), oldest first, each with the
 * revision they belong to. Where there is none, one row of which all but `revision` is null.
 */
export const versionsFor = many<VersionsForParameters, VersionsForRow>(
  'parameter.sql',
  'versions_for',
  (p) => [p.regions, p.leistung],
  [
    'revision',
    'versionId',
    'region',
    'leistung',
    'name',
    'value',
    'hasValue',
    'secret',
    'validFrom',
    'validTo',
    'author',
    'reason',
    'createdAt',
  ],
);

export interface VersionsByIdParameters {
  versionIds: readonly string[];
}

export interface VersionsByIdRow {
  versionId: string;
  region: string;
  leistung: string;
  name: string;
  value: Json | null;
  hasValue: boolean;
  secret: Buffer | null;
  validFrom: Date;
  validTo: Date | null;
  author: string;
  reason: string;
  createdAt: Date;
}

export const versionsById = many<VersionsByIdParameters, VersionsByIdRow>(
  'parameter.sql',
  'versions_by_id',
  (p) => [p.versionIds],
  [
    'versionId',
    'region',
    'leistung',
    'name',
    'value',
    'hasValue',
    'secret',
    'validFrom',
    'validTo',
    'author',
    'reason',
    'createdAt',
  ],
);

export interface ParameterHistoryParameters {
  region: string;
  leistung: string;
  name: string;
}

export interface ParameterHistoryRow {
  versionId: string;
  region: string;
  leistung: string;
  name: string;
  value: Json | null;
  hasValue: boolean;
  secret: Buffer | null;
  validFrom: Date;
  validTo: Date | null;
  author: string;
  reason: string;
  createdAt: Date;
}

/** The versions of one key, oldest first. */
export const parameterHistory = many<ParameterHistoryParameters, ParameterHistoryRow>(
  'parameter.sql',
  'parameter_history',
  (p) => [p.region, p.leistung, p.name],
  [
    'versionId',
    'region',
    'leistung',
    'name',
    'value',
    'hasValue',
    'secret',
    'validFrom',
    'validTo',
    'author',
    'reason',
    'createdAt',
  ],
);

export interface AddVersionParameters {
  region: string;
  leistung: string;
  name: string;
  value?: Json | null | undefined;
  secret?: Uint8Array | null | undefined;
  validFrom: Date;
  validTo?: Date | null | undefined;
  author: string;
  reason: string;
  createdAt: Date;
}

export interface AddVersionRow {
  versionId: string;
}

export const addVersion = one<AddVersionParameters, AddVersionRow>(
  'parameter.sql',
  'add_version',
  (p) => [
    p.region,
    p.leistung,
    p.name,
    json(p.value),
    p.secret,
    p.validFrom,
    p.validTo,
    p.author,
    p.reason,
    p.createdAt,
  ],
  ['versionId'],
);
