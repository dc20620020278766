import type { Command } from 'commander';
import { homeOf } from '#launch/home.js';
import { addKey, presentSecretsKey } from '#launch/key.js';
import { Obstacle } from '#launch/obstacle.js';
import { readServerAccess, urlsOf } from '#launch/server-access.js';
import { rotateKeys, secretsByKey, submissionsByKey } from '#operator/rotate-keys.js';
import type { Keyring } from '#parameters/keyring.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { type Database, openDatabase } from '#store/database.js';
import { table } from './show.js';
import { texts } from './texts.js';

/** `stellwerk keys …`: the keys of secret parameters and submissions. Works on the database itself, as its owner. */
export function registerKeys(program: Command): void {
  const group = program
    .command('keys')
    .description('Schlüssel der geheimen Parameter und Anträge: welche es gibt, und wechseln');

  group
    .command('list', { isDefault: true })
    .description('welche Schlüssel es gibt, und wie viele Geheimnisse und Anträge unter jedem stehen')
    .action(async () => {
      const settings = readSettings();
      const keys = presentSecretsKey(settings, texts.keys.none);
      await withOwner(settings, async (db) => say(await listed(db, keys)));
    });

  group
    .command('rotate')
    .description(
      'stellt alle Geheimnisse und Anträge im Betrieb unter den ersten Schlüssel, ohne STELLWERK_KEY unter einen neuen',
    )
    .action(async () => {
      const settings = readSettings();
      presentSecretsKey(settings, texts.keys.none); // one made here would be nobody's
      await withOwner(settings, async (db) => {
        if (addKey(settings)) say(texts.keys.added);
        const keys = presentSecretsKey(settings);
        const { count, submissions, unreadable, unreadableSubmissions } = await rotateKeys({ db, keys });
        say(texts.keys.rotated(count, submissions, keys.current.id));
        for (const { region, leistung, name } of unreadable) say(texts.keys.unreadable(region, leistung, name));
        if (unreadableSubmissions) say(texts.keys.unreadableSubmissions(unreadableSubmissions));
        say(await listed(db, keys));
        if (unreadable.length + unreadableSubmissions) process.exitCode = 1;
      });
    });
}

async function listed(db: Database, keys: Keyring): Promise<string> {
  const [secrets, submissions] = [await secretsByKey(db), await submissionsByKey(db)];
  const known = keys.all.map(({ id }, n) => [id, n === 0 ? texts.keys.current : texts.keys.old]);
  const others = [...new Set([...secrets.keys(), ...submissions.keys()])].filter(
    (id) => !known.some(([one]) => one === id),
  );
  const rows = [...known, ...others.map((id) => [id, id ? texts.keys.missing : texts.keys.unsaid])];
  return table(
    texts.keys.columns,
    rows.map(([id, role]) => [
      id || '–',
      role!,
      ...[secrets, submissions].map((counts) => String(counts.get(id!) ?? 0)),
    ]),
  );
}

async function withOwner(settings: Settings, work: (db: Database) => Promise<void>): Promise<void> {
  const access = readServerAccess(homeOf(settings));
  const url = settings.DATABASE_OWNER_URL ?? settings.DATABASE_URL ?? (access && urlsOf(access).logins.owner);
  if (!url) throw new Obstacle(texts.keys.noDatabase);
  const db = await openDatabase(url, { max: 2, application: 'stellwerk-keys' });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

function say(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}
