import { createHash } from 'node:crypto';
import { openListFolder } from '#fim/lists.js';
import { report } from '#fim/report.js';
import { Problem } from '#problems/problem.js';
import type { Process } from '#processes/process.js';
import type { Database } from '#store/database.js';
import {
  findSchema,
  findSchemaByHash,
  type SchemaKey,
  type SchemaRecord,
  type SchemaUse,
  subjectOf,
} from '#store/imported-schemas.js';
import type { PlanRequest } from './plan.js';
import { type GivenLists, readSchemaFile, type SchemaFile } from './read.js';
import { boundLists, listsOf, type StoredReport, toJson } from './stored.js';
import { texts } from './texts.js';

export interface ImportRequest extends Omit<PlanRequest, 'now'> {
  file: Uint8Array;
  lists: GivenLists;
  /** Import it although it is not released; needs a reason. */
  force?: boolean | undefined;
  reason?: string | undefined;
  author: string;
  dryRun?: boolean | undefined;
}

/** A schema that may be imported. */
export interface Importable {
  found: SchemaFile;
  record: SchemaRecord;
  /** False if the same file was imported before. */
  isNew: boolean;
}

/**
 * Reads the file of an import and checks whether it may be imported at all. A file that was imported before is read
 * with the code lists that it was bound to then. `folder`: the code lists at hand.
 * @throws Problem
 */
export async function readForImport(db: Database, request: ImportRequest, folder: string): Promise<Importable> {
  const stored = await findSchemaByHash(db, sha256Of(request.file));
  if (stored) {
    demandSameLists(stored, request.lists);
    const found = readSchemaFile(request.file, {}, await boundLists(db, stored));
    return { found, record: stored, isNew: false };
  }
  const found = readSchemaFile(request.file, request.lists, openListFolder(folder));
  const { id: schemaId, version, key } = found.model;
  if (await findSchema(db, { schemaId, version })) throw new Problem('conflict', texts.otherContent(key));
  demandApproved(found, request);
  return { found, record: recordOf(found, request, db.now()), isNew: true };
}

const sha256Of = (file: Uint8Array) => createHash('sha256').update(file).digest('hex');

function demandApproved({ approved, model, status }: SchemaFile, { force, reason }: ImportRequest): void {
  if (approved) return;
  if (!force) throw new Problem('schema-not-released', texts.notReleased(model.key, status), { status });
  if (!reason) throw new Problem('malformed', texts.reasonMissing);
}

/** The lists belong to the content: with other lists, the same file would accept other forms. */
function demandSameLists(stored: SchemaRecord, given: GivenLists): void {
  for (const [urn, file] of Object.entries(given)) {
    const bound = listsOf(stored).find(({ uri, version }) => uri === urn || `${uri}_${version}` === urn);
    if (bound && bound.sha256 !== sha256Of(file))
      throw new Problem('conflict', texts.otherList(subjectOf(stored), urn));
  }
}

function recordOf(
  { model, findings, sha256, status, approved }: SchemaFile,
  request: ImportRequest,
  now: Date,
): SchemaRecord {
  const stored: StoredReport = { ...report(model, findings), released: approved, writtenStatus: status ?? '' };
  return {
    schemaId: model.id,
    version: model.version,
    sha256,
    lists: toJson(model.lists),
    report: toJson(stored),
    ...(!approved && { forced: request.reason! }),
    author: request.author,
    createdAt: now,
  };
}

/** What the store keeps of a process that an import creates. */
export const useOf = (
  key: SchemaKey,
  { leistung, region, version, validFrom, validTo, written }: Process,
): SchemaUse => ({
  ...key,
  leistung,
  ...(region !== undefined && { region }),
  processVersion: version,
  process: toJson(written),
  validFrom,
  ...(validTo !== undefined && { validTo }),
});
