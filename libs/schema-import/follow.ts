import { type CodeList, type ListFolder, readCodeList } from '#fim/lists.js';
import type { BoundList, Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { compose } from '#processes/assemble.js';
import { type Process } from '#processes/process.js';
import { processSchema } from '#processes/process-file.js';
import type { Processes } from '#processes/processes.js';
import type { Database } from '#store/database.js';
import {
  codeListFiles,
  findSchema,
  type SchemaKey,
  type SchemaRecord,
  type SchemaUse,
  schemaFiles,
  schemaUses,
} from '#store/imported-schemas.js';

/** Brings the processes to a revision of the store. Costs nothing while they are there already. */
export type Follow = (revision: number) => Promise<void>;

export interface Needs {
  db: Database;
  processes: Processes;
  /** Told about a stored process that does not load here; the others do. */
  onError(error: unknown, use: SchemaUse): void;
}

/** Loads the processes of imported schemas, and again whenever the revision has grown: no restart, no files shared. */
export async function followSchemas({ db, processes, onError }: Needs): Promise<Follow> {
  const known = new Map<string, Process>();
  let seen = -1;
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    const { revision, uses } = await schemaUses(db);
    const found: Process[] = [];
    for (const use of uses) {
      const process = known.get(nameOf(use)) ?? (await open(use));
      if (!process) continue;
      const current = withPeriod(process, use);
      known.set(nameOf(use), current);
      found.push(current);
    }
    processes.replaceImported(found);
    seen = revision;
  }

  /** What the store cannot say now is a fault of all; what does not load is told, and stays alone. */
  async function open(use: SchemaUse): Promise<Process | undefined> {
    const same = [...known.values()].find(({ schema }) => schema.id === use.schemaId && schema.version === use.version);
    const stored = same ? undefined : await storedSchema(db, use);
    try {
      const model = same?.model ?? readStored(stored!);
      return compose(processSchema.parse(use.process), model);
    } catch (error) {
      onError(error, use);
      return undefined;
    }
  }

  const follow: Follow = async (revision) => {
    while (revision > seen) {
      loading ??= load().finally(() => {
        loading = undefined;
      });
      await loading;
    }
  };
  await follow(0);
  return follow;
}

const nameOf = ({ leistung, processVersion }: SchemaUse) => `${leistung} ${processVersion}`;

/** The same process, unless its days have changed. */
function withPeriod(process: Process, { validFrom, validTo }: SchemaUse): Process {
  if (process.validFrom === validFrom && process.validTo === validTo) return process;
  return { ...process, validFrom, validTo };
}

/** A schema as it was imported, with the code lists it was bound to. */
export interface StoredSchema {
  file: Uint8Array;
  lists: ListFolder;
}

export async function storedSchema(db: Database, key: SchemaKey): Promise<StoredSchema | undefined> {
  const record = await findSchema(db, key);
  const files = await schemaFiles(db, key);
  if (!record || !files) return undefined;
  return { file: files.file, lists: await boundLists(db, record) };
}

export function readStored({ file, lists }: StoredSchema): Schema {
  const { model, findings } = readSchema(file, { lists });
  if (!model) throw new Error(findings.find(({ severity }) => severity === 'error')?.message);
  return model;
}

/** Answers each question of a schema with the list that it was bound to. */
export async function boundLists(db: Database, record: SchemaRecord): Promise<ListFolder> {
  const bound = record.lists as unknown as BoundList[];
  const hashes = bound.map(({ sha256 }) => sha256);
  const files = await codeListFiles(db, hashes);
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
