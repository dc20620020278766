import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '#settings/settings.js';
import { homeOf, readGround } from './home.js';
import { Obstacle, obstacle } from './obstacle.js';
import { clear } from './run.js';
import { say } from './say.js';
import { removePlace } from './servers/postgres-files.js';

/** `npm run reset`: empties the data folder, but not while something runs on it. Resolves to the exit code. */
export async function reset(): Promise<number> {
  const home = homeOf(readSettings());
  try {
    await clear(home);
    if (readdirSync(home).length && !readGround(home))
      throw new Obstacle(`${home} (STELLWERK_HOME) ist kein Datenordner von Stellwerk: nichts gelöscht.`);
    for (const entry of readdirSync(home)) rmSync(join(home, entry), { recursive: true, force: true });
    removePlace(home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw obstacle(`Der Datenordner ${home} (STELLWERK_HOME) lässt sich nicht leeren`, error);
  }
  say(`Der Datenordner ${home} ist leer.`);
  return 0;
}
