import { loadAdapters } from '#adapter-host/load.js';
import { defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import { type Keys, keyringOf } from '#parameters/keyring.js';
import { openProcesses } from '#processes/load.js';
import { type Database, openDatabase } from '#store/database.js';
import type { SchemaUse } from '#store/imported-schemas.js';
import { migrate } from '#store/migrate.js';
import type { Sealing } from '#store/seal-stored.js';
import { followSchemas } from './follow.js';

/**
 * Opens what gateway, worker and console share: the store (after migrating it to its newest version), the adapters, the
 * processes including those of imported schemas, and the parameters.
 */
export async function openKnowledge(options: {
  databaseUrl: string;
  /** The tables' owner; without it, whoever `databaseUrl` names. */
  ownerUrl?: string | undefined;
  /** The name of the connections in PostgreSQL. */
  application: string;
  /** Most connections. */
  max?: number;
  /** For secret parameters, and the keys of submissions. */
  key: Keys;
  /** What it takes to seal content of before version 0.3. */
  sealing: Sealing;
  /** Adapters from outside ({@link loadAdapters}). */
  packages?: string[];
  /** Called for an imported schema that no longer loads; everything else goes on. */
  onError(error: unknown, use: SchemaUse): void;
}) {
  const { databaseUrl, ownerUrl, key, sealing, packages, onError, ...connection } = options;
  await migrate(ownerUrl ?? databaseUrl, sealing);
  const db: Database = await openDatabase(databaseUrl, {
    ...connection,
    as: 'application',
    keys: keyringOf(key),
  });
  const adapters = await loadAdapters({ packages });
  const processes = openProcesses();
  const follow = await followSchemas({ db, processes, onError });
  const definitions = defineParameters([...adapters.values()], processes);
  const parameters = openParameters({ db, key, definitions, follow });
  return { db, adapters, processes, follow, definitions, parameters };
}
