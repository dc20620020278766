import { loadAdapters } from '#adapter-host/load.js';
import { defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import { openProcesses } from '#processes/load.js';
import { type Database, migrate, openDatabase } from '#store/database.js';
import type { SchemaUse } from '#store/imported-schemas.js';
import { followSchemas } from './follow.js';

export type Knowledge = Awaited<ReturnType<typeof openKnowledge>>;

/** What gateway, worker and console all know: the store, the adapters, the processes with the schemas imported so far, and the parameters. Brings the store to its newest version first. */
export async function openKnowledge(options: {
  databaseUrl: string;
  /** Names the connections. */
  application: string;
  /** Connections at most. */
  max?: number;
  /** For secret parameters. */
  key: Uint8Array;
  /** Adapters from outside ({@link loadAdapters}). */
  packages?: string[];
  /** An imported schema that no longer loads; everything else goes on. */
  onError(error: unknown, use: SchemaUse): void;
}) {
  const { databaseUrl, key, packages, onError, ...connection } = options;
  await migrate(databaseUrl);
  const db: Database = await openDatabase(databaseUrl, connection);
  const adapters = await loadAdapters({ packages });
  const processes = openProcesses();
  const follow = await followSchemas({ db, processes, onError });
  const definitions = defineParameters([...adapters.values()], processes);
  const parameters = openParameters({ db, key, definitions, follow });
  return { db, adapters, processes, follow, definitions, parameters };
}
