import type { Command } from 'commander';
import { migrateDatabase } from '#launch/migrate.js';
import { readSettings } from '#settings/settings.js';

/** `stellwerk migrate`: for operators who give the applications no right to change tables. */
export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bringt die Datenbank als ihr Eigentümer auf diesen Stand (DATABASE_OWNER_URL)')
    .action(async () => void process.stdout.write(`${await migrateDatabase(readSettings())}\n`));
}
