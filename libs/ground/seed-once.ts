import { readSettings } from '#settings/settings.js';
import { migrate } from '#store/database.js';
import { say, verb } from './say.js';
import { seed } from './seed.js';

/** For containers: brings the schema up to date and sets the simulator's sample values, then ends. */
await verb(async () => {
  const settings = readSettings();
  await migrate(settings.DATABASE_URL!);
  say(`${await seed(settings, settings.DATABASE_URL!)} Parameter der Vorführung gesetzt.`);
  return 0;
});
