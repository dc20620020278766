import { compose } from '#processes/assemble.js';
import { type Process } from '#processes/process.js';
import { processSchema } from '#processes/process-file.js';
import type { Processes } from '#processes/processes.js';
import type { Database } from '#store/database.js';
import { type SchemaUse, schemaUses } from '#store/imported-schemas.js';
import { readStored, storedSchema } from './stored.js';

/** Brings the processes to a revision of the store. Returns at once if they have reached it already. */
export type Follow = (revision: number) => Promise<void>;

export interface FollowOptions {
  db: Database;
  processes: Processes;
  /** Called for a stored process that does not load here; the others do. */
  onError(error: unknown, use: SchemaUse): void;
}

/**
 * Loads the processes of imported schemas, and again whenever the revision has grown: an import needs neither a restart
 * nor shared files.
 */
export async function followSchemas({ db, processes, onError }: FollowOptions): Promise<Follow> {
  const loaded = new Map<string, Process>();
  let reached = -1;
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    const { revision, uses } = await schemaUses(db);
    const imported: Process[] = [];
    for (const use of uses) {
      const process = loaded.get(nameOf(use)) ?? (await open(use));
      if (!process) continue;
      const current = withPeriod(process, use);
      loaded.set(nameOf(use), current);
      imported.push(current);
    }
    processes.replaceImported(imported);
    reached = revision;
  }

  /** An error of the store stops the whole load; a process that does not load is reported and left out. */
  async function open(use: SchemaUse): Promise<Process | undefined> {
    const same = [...loaded.values()].find(
      ({ schema, model }) =>
        schema.id === use.schemaId && schema.version === use.version && model.addedRules?.version === use.rulesVersion,
    );
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
    while (revision > reached) {
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

/** The same object, unless its days have changed. */
function withPeriod(process: Process, { validFrom, validTo }: SchemaUse): Process {
  if (process.validFrom === validFrom && process.validTo === validTo) return process;
  return { ...process, validFrom, validTo };
}
