import { setTimeout as pause } from 'node:timers/promises';
import { readSettings, type Settings } from '#settings/settings.js';
import { isUnavailable, openDatabase } from '#store/database.js';
import { type Log, openLog } from '#telemetry/log.js';
import type { App } from './app.js';
import { cause } from './obstacle.js';
import { onShutdown } from './shutdown.js';

/** The settings that name the databases without which an application cannot start. */
const needed: Record<App, ('DATABASE_URL' | 'ACCESS_LOG_URL')[]> = {
  gateway: ['DATABASE_URL'],
  worker: ['DATABASE_URL', 'ACCESS_LOG_URL'],
  console: ['DATABASE_URL', 'ACCESS_LOG_URL'],
  simulator: [],
};
/** Between two tries to reach a database; ms. */
const untilNextTry = 1_000;

/**
 * The whole main of an application: waits for its databases, starts it, closes it at the end. What keeps it from
 * starting is its last words, and the exit code is 1.
 */
export async function runApp(
  app: App,
  start: (settings: Settings, log: Log) => Promise<{ close(): Promise<void> }>,
): Promise<void> {
  const settings = readSettings();
  const log = openLog(app, settings.LOG_LEVEL);
  let running: { close(): Promise<void> } | undefined;
  onShutdown(async () => running?.close());
  try {
    for (const setting of needed[app]) await untilDatabaseAnswers(setting, settings[setting], log);
    running = await start(settings, log);
  } catch (error) {
    const { message } = error as Error;
    log.fatal('the application cannot start', { error, reason: message });
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
}

/** Returns at once where the address is not set. Rejects when the server answers that it will never take us. */
async function untilDatabaseAnswers(setting: string, url: string | undefined, log: Log): Promise<void> {
  for (let before = ''; url; await pause(untilNextTry)) {
    try {
      await (await openDatabase(url, { max: 1 })).close();
      return;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const reason = cause(error);
      if (reason !== before) log.warn('waiting for a database', { setting, reason });
      before = reason;
    }
  }
}
