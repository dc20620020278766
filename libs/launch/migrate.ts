import type { Settings } from '#settings/settings.js';
import { prepareLogins } from '#store/logins.js';
import { migrate, migrateAccessLog } from '#store/migrate.js';
import { Obstacle, obstacle } from './obstacle.js';
import { sealingOf } from './sealing.js';
import { texts } from './texts.js';

/**
 * `stellwerk migrate`: brings database and access log to this version as their owner, so that no application needs the
 * owner's password. With `DATABASE_ADMIN_URL` the three users are made first.
 */
export async function migrateDatabase(settings: Settings): Promise<string> {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: owner, DATABASE_ADMIN_URL: admin } = settings;
  if (!url) throw new Obstacle(texts.migrate.noDatabase);
  try {
    if (admin) await prepareLogins(admin, loginsOf(settings, url));
    await migrate(owner ?? url, sealingOf(settings));
    if (settings.ACCESS_LOG_URL) await migrateAccessLog(settings.ACCESS_LOG_OWNER_URL ?? settings.ACCESS_LOG_URL);
    return texts.migrate.done;
  } catch (error) {
    throw obstacle(texts.migrate.failed, error);
  }
}

function loginsOf({ DATABASE_OWNER_URL: owner, DATABASE_ERASER_URL: eraser }: Settings, application: string) {
  if (!owner || !eraser) throw new Obstacle(texts.migrate.adminNeedsAll);
  return { owner, application, eraser };
}
