import { createHash } from 'node:crypto';
import { openListFolder } from '#fim/lists.js';
import { report } from '#fim/report.js';
import { Problem } from '#problems/problem.js';
import type { Process } from '#processes/process.js';
import type { Database } from '#store/database.js';
import {
  findSchema,
  findSchemaByHash,
  type RulesRecord,
  rulesBeside,
  type SchemaKey,
  type SchemaRecord,
  type SchemaUse,
  subjectOf,
} from '#store/imported-schemas.js';
import type { PlanRequest } from './plan.js';
import { type GivenFiles, type GivenLists, readSchemaFile, type SchemaFile } from './read.js';
import { boundLists, listsOf, type StoredReport, toJson } from './stored.js';
import { texts } from './texts.js';

export interface ImportRequest extends Omit<PlanRequest, 'now'>, GivenFiles {
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
  /** The rules given beside it. */
  rules?: RulesRecord & { file: Uint8Array };
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
    const found = readSchemaFile({ ...request, lists: {} }, await boundLists(db, stored));
    await demandSameRules(db, stored, found);
    const { rulesVersion: _, ...record } = stored;
    return {
      found,
      record: found.model.addedRules ? reported(record, found) : stored,
      isNew: false,
      ...rulesOf(db, found, request),
    };
  }
  const found = readSchemaFile(request, openListFolder(folder));
  const { id: schemaId, version, key } = found.model;
  if (await findSchema(db, { schemaId, version })) throw new Problem('conflict', texts.otherContent(key));
  demandApproved(found, request);
  return { found, record: recordOf(found, request, db.now()), isNew: true, ...rulesOf(db, found, request) };
}

function rulesOf(
  db: Database,
  { model: { addedRules } }: SchemaFile,
  { rules: file, author }: ImportRequest,
): Pick<Importable, 'rules'> {
  if (!addedRules || !file) return {};
  const { version: rulesVersion, sha256 } = addedRules;
  return { rules: { rulesVersion, sha256, author, createdAt: db.now(), file } };
}

/** What is changed in rules is a new version of them. */
async function demandSameRules(
  db: Database,
  key: SchemaKey,
  { model: { key: name, addedRules } }: SchemaFile,
): Promise<void> {
  const same = (await rulesBeside(db, key)).find(({ rulesVersion }) => rulesVersion === addedRules?.version);
  if (same && same.sha256 !== addedRules?.sha256)
    throw new Problem('conflict', texts.otherRules(name, same.rulesVersion));
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

function recordOf(found: SchemaFile, request: ImportRequest, now: Date): SchemaRecord {
  const { model, sha256, approved } = found;
  return reported(
    {
      schemaId: model.id,
      version: model.version,
      sha256,
      lists: toJson(model.lists),
      ...(!approved && { forced: request.reason! }),
      author: request.author,
      createdAt: now,
    },
    found,
  );
}

/** The record with the report of the schema and the rules beside it. */
function reported(
  record: Omit<SchemaRecord, 'report'>,
  { model, findings, approved, status }: SchemaFile,
): SchemaRecord {
  const stored: StoredReport = { ...report(model, findings), released: approved, writtenStatus: status ?? '' };
  const { addedRules } = model;
  return { ...record, report: toJson(stored), ...(addedRules && { rulesVersion: addedRules.version }) };
}

/** What the store keeps of a process that an import creates. */
export const useOf = (
  key: SchemaKey,
  { leistung, region, version, validFrom, validTo, written, model: { addedRules } }: Process,
): SchemaUse => ({
  ...key,
  ...(addedRules && { rulesVersion: addedRules.version }),
  leistung,
  ...(region !== undefined && { region }),
  processVersion: version,
  process: toJson(written),
  validFrom,
  ...(validTo !== undefined && { validTo }),
});
