import 'reflect-metadata';
import { onShutdown } from '#launch/shutdown.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startWorker } from './worker.js';

const settings = readSettings();
const log = openLog('worker', settings.LOG_LEVEL);
const worker = await startWorker(settings, log).catch((error: Error) => {
  log.fatal('the worker cannot start', { error, reason: error.message });
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
onShutdown(worker.close);
