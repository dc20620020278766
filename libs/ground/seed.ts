import { loadAdapters } from '#adapters/load.js';
import { defineParameters } from '#parameters/definitions.js';
import { loadDevelopmentValues } from '#parameters/development.js';
import { openProcesses } from '#processes/load.js';
import type { Settings } from '#settings/settings.js';
import { openDatabase } from '#store/database.js';
import { secretsKey } from './key.js';

/**
 * With the simulator as the world around, some municipalities get sample values; with a real issuer nothing is set. Resolves to how
 * many were set.
 */
export async function seed(settings: Settings, databaseUrl: string): Promise<number> {
  if (settings.issuer !== `${settings.simulatorUrl}/oidc`) return 0;
  const db = await openDatabase(databaseUrl, { max: 2, application: 'seed' });
  try {
    const definitions = defineParameters([...(await loadAdapters()).values()], openProcesses());
    return await loadDevelopmentValues({
      db,
      key: secretsKey(settings),
      definitions,
      simulatorUrl: settings.simulatorUrl,
    });
  } finally {
    await db.close();
  }
}
