import { join } from 'node:path';
import type { Adapter } from '#adapters/contract.js';
import { catalogue } from '#fim/catalogue.js';
import type { SchemaChange } from '#fim/diff.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { Problem } from '#problems/problem.js';
import { dayOf, type Processes } from '#processes/processes.js';
import { root } from '#settings/root.js';
import { actionsOn } from '#store/actions.js';
import type { Database } from '#store/database.js';
import {
  endUses,
  findSchema,
  insertImport,
  listSchemas,
  type NewImport,
  rulesBeside,
  type SchemaKey,
  type SchemaRecord,
  type SchemaUse,
  schemaFiles,
  schemaUses,
  subjectOf,
} from '#store/imported-schemas.js';
import { dayBefore, germanDay } from './day.js';
import type { Follow } from './follow.js';
import { type ImportRequest, readForImport, useOf } from './import.js';
import { planImport } from './plan.js';
import { listFiles } from './read.js';
import { listsOf, readStored, reportOf, storedSchema } from './stored.js';
import { texts } from './texts.js';
import { type SchemaDetail, type SchemaView, viewOf } from './view.js';

export interface WithdrawRequest {
  /** First day without the schema, `YYYY-MM-DD`; default today. */
  from?: string;
  /** Without them: every use of the schema. */
  leistung?: string;
  region?: string;
  reason: string;
  author: string;
}

export interface Imported {
  created: boolean;
  schema: SchemaView;
  /** Against what was used before. */
  changes: SchemaChange[];
}

/** FIM schemas that are imported into the running system, shown and withdrawn. */
export interface Schemas {
  /** `created` is false if everything was there already. Throws {@link Problem}. */
  import(request: ImportRequest): Promise<Imported>;
  list(): Promise<SchemaView[]>;
  show(key: SchemaKey): Promise<SchemaDetail | undefined>;
  files(key: SchemaKey): ReturnType<typeof schemaFiles>;
  catalogue(key: SchemaKey, format: 'markdown' | 'html'): Promise<string | undefined>;
  /** The schema then takes no new submission; what it accepted keeps it. Throws {@link Problem}. */
  withdraw(key: SchemaKey, request: WithdrawRequest): Promise<SchemaDetail>;
}

export interface SchemasOptions {
  db: Database;
  processes: Processes;
  adapters: Map<string, Adapter>;
  follow: Follow;
  /** Folder of the code lists at hand; default `schemas/lists`. */
  folder?: string;
}

export const openSchemas = (options: SchemasOptions): Schemas => new ImportedSchemas(options);

/** How often a decision is made anew because somebody else has changed the store meanwhile. */
const attempts = 5;

/** The state of the store that a decision is based on. */
interface Current {
  revision: number;
  uses: SchemaUse[];
}

class ImportedSchemas implements Schemas {
  readonly #db: Database;
  readonly #processes: Processes;
  readonly #adapters: Map<string, Adapter>;
  readonly #follow: Follow;
  readonly #folder: string;

  constructor({ db, processes, adapters, follow, folder = join(root, 'schemas', 'lists') }: SchemasOptions) {
    this.#db = db;
    this.#processes = processes;
    this.#adapters = adapters;
    this.#follow = follow;
    this.#folder = folder;
  }

  import(request: ImportRequest): Promise<Imported> {
    return this.#decide((current) => this.#tryImport(request, current));
  }

  async list(): Promise<SchemaView[]> {
    const { uses } = await this.#current();
    const records = await listSchemas(this.#db);
    return records.map((record) => this.#view(record, uses.filter(isUseOf(record))));
  }

  async show(key: SchemaKey): Promise<SchemaDetail | undefined> {
    const record = await findSchema(this.#db, key);
    if (!record) return undefined;
    const { uses } = await this.#current();
    const { writtenStatus: _, ...report } = reportOf(record);
    return {
      ...this.#view(record, uses.filter(isUseOf(key))),
      lists: listsOf(record),
      addedRules: await rulesBeside(this.#db, key),
      report,
      actions: await actionsOn(this.#db, subjectOf(key)),
    };
  }

  files(key: SchemaKey): ReturnType<typeof schemaFiles> {
    return schemaFiles(this.#db, key);
  }

  async catalogue(key: SchemaKey, format: 'markdown' | 'html'): Promise<string | undefined> {
    const stored = await storedSchema(this.#db, (await findSchema(this.#db, key)) ?? key);
    return stored && catalogue(readStored(stored), format);
  }

  async withdraw(key: SchemaKey, request: WithdrawRequest): Promise<SchemaDetail> {
    const today = dayOf(this.#db.now());
    const { from = today, reason, author } = request;
    if (from < today) throw new Problem('malformed', texts.withdraw.dayInPast(germanDay(from)));
    return this.#decide(async ({ revision, uses }) => {
      const meant = uses.filter(isUseOf(key)).filter(isMeantBy(request));
      if (meant.length === 0) throw new Problem('not-found', texts.withdraw.notImported);
      const processVersions = meant.map((use) => use.processVersion);
      const end = { processVersions, lastDay: dayBefore(from), author, reason };
      return (await endUses(this.#db, revision, key, end)) ? this.show(key) : undefined;
    });
  }

  /** `undefined` if the store has changed since `current`. */
  async #tryImport(request: ImportRequest, { revision, uses }: Current): Promise<Imported | undefined> {
    const now = this.#db.now();
    const { found, record, isNew, rules } = await readForImport(this.#db, request, this.#folder);
    const key = { schemaId: found.model.id, version: found.model.version };
    const plan = planImport(this.#processes, this.#adapters, found.model, { ...request, now });
    const added = plan.created.map((process) => useOf(key, process));
    const view = () => this.#view(record, [...uses.filter(isUseOf(key)), ...added]);
    const { changes } = plan;
    if (added.length === 0 && plan.existing.length > 0) return { created: false, schema: view(), changes };
    if (request.dryRun) return { created: true, schema: view(), changes };
    const jsonSchema = JSON.stringify(toJsonSchema(found.model), null, 2);
    const addition: NewImport = {
      schema: { ...record, file: request.file, jsonSchema },
      ...(rules && { rules }),
      lists: isNew ? listFiles(found.model, request.lists, this.#folder) : [],
      uses: added,
      reason: request.reason,
    };
    if (!(await insertImport(this.#db, revision, addition, request.author))) return undefined;
    await this.#current();
    return { created: true, schema: view(), changes };
  }

  /** Repeats a decision until it holds for the state of the store that it was based on. */
  async #decide<T>(decision: (current: Current) => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const decided = await decision(await this.#current());
      if (decided !== undefined) return decided;
    }
    throw new Problem('unavailable', texts.tooBusy, {}, { 'retry-after': '2' });
  }

  async #current(): Promise<Current> {
    const { revision, uses } = await schemaUses(this.#db);
    await this.#follow(revision);
    return { revision, uses };
  }

  #view(record: SchemaRecord, uses: SchemaUse[]): SchemaView {
    return viewOf(record, uses, this.#processes, this.#db.now());
  }
}

const isUseOf =
  ({ schemaId, version }: SchemaKey) =>
  (use: SchemaUse) =>
    use.schemaId === schemaId && use.version === version;

const isMeantBy =
  ({ leistung, region }: WithdrawRequest) =>
  (use: SchemaUse) =>
    (leistung === undefined || use.leistung === leistung) && (region === undefined || use.region === region);
