import 'reflect-metadata';
import { onShutdown } from '#launch/shutdown.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startConsole } from './console.js';

const settings = readSettings();
const log = openLog('console', settings.LOG_LEVEL);
const running = await startConsole(settings, log).catch((error: Error) => {
  log.fatal('the console cannot start', { error, reason: error.message });
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
onShutdown(running.close);
