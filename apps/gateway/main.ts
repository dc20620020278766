import 'reflect-metadata';
import { onShutdown } from '#launch/shutdown.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startGateway } from './gateway.js';

const settings = readSettings();
const log = openLog('gateway', settings.LOG_LEVEL);
const gateway = await startGateway(settings, log).catch((error: Error) => {
  log.fatal('the gateway cannot start', { error, reason: error.message });
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
onShutdown(gateway.close);
