import type { Command } from 'commander';
import { registerKeys } from '#access-log/keys.js';
import { openPseudonyms } from '#access-log/person.js';
import { indexEarlier, personsUnder } from '#access-log/person-index.js';
import { pseudonymKeys } from '#launch/key.js';
import { migrateDatabase } from '#launch/migrate.js';
import { obstacle } from '#launch/obstacle.js';
import { openProcesses } from '#processes/load.js';
import { followSchemas } from '#schema-import/follow.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { openDatabase } from '#store/database.js';
import { texts } from './texts.js';

/** `stellwerk migrate`: for operators who give the applications no right to change tables. */
export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bringt die Datenbank als ihr Eigentümer auf diesen Stand (DATABASE_OWNER_URL)')
    .action(async () => {
      const settings = readSettings();
      say(await migrateDatabase(settings));
      const count = await indexPersons(settings);
      if (count) say(texts.migrate.indexed(count));
    });
}

/**
 * Puts submissions from before there was an index of persons into it, if the key is a setting. One that lies in the
 * data folder need not be that of the applications: then the gateway does it.
 */
async function indexPersons(settings: Settings): Promise<number> {
  const { DATABASE_URL, DATABASE_OWNER_URL, PSEUDONYM_KEY, STELLWERK_KEY } = settings;
  if (!PSEUDONYM_KEY && !STELLWERK_KEY) return 0;
  const db = await openDatabase((DATABASE_OWNER_URL ?? DATABASE_URL)!, { max: 2, application: 'stellwerk-migrate' });
  try {
    const keys = pseudonymKeys(settings);
    const { version } = await registerKeys(db, keys);
    const processes = openProcesses();
    await followSchemas({ db, processes, onError: () => {} }); // the gateway says so when it starts
    return await indexEarlier({
      db,
      processes,
      personsOf: personsUnder({ pseudonyms: openPseudonyms(keys), version }),
    });
  } catch (error) {
    throw obstacle(texts.migrate.notIndexed, error);
  } finally {
    await db.close();
  }
}

const say = (text: string) => void process.stdout.write(`${text}\n`);
