import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from './home.js';
import { endLeftovers } from './lock.js';
import { codeOf, Obstacle, obstacle } from './obstacle.js';
import { say } from './say.js';
import { readServerAccess } from './server-access.js';
import { removePostgresFiles } from './servers/postgres-files.js';
import { settingsOrObstacle } from './settings.js';
import { texts } from './texts.js';

/** `npm run reset`: empties the data folder, but not while something runs on it. Resolves to the exit code. */
export async function reset(): Promise<number> {
  const home = homeOf(settingsOrObstacle());
  try {
    await endLeftovers(home);
    if (readdirSync(home).length && !readServerAccess(home)) throw new Obstacle(texts.home.foreign(home));
    for (const entry of readdirSync(home)) rmSync(join(home, entry), { recursive: true, force: true });
    removePostgresFiles(home);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw obstacle(texts.home.notEmptied(home), error);
  }
  say(texts.home.empty(home));
  return 0;
}
