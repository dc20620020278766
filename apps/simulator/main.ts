import 'reflect-metadata';
import { onShutdown } from '#launch/shutdown.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { setDevelopmentValuesSoon } from './demo/development-values.js';
import { startSimulator } from './simulator.js';

const settings = readSettings();
const log = openLog('simulator', settings.LOG_LEVEL);
const simulator = await startSimulator(settings, log).catch((error: Error) => {
  log.fatal('the simulator cannot start', { error, reason: error.message });
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const ending = new AbortController();
onShutdown(() => {
  ending.abort();
  return simulator.close();
});
setDevelopmentValuesSoon(settings, ending.signal).then(
  (count) => log.info('development values set', { count }),
  () => {},
);
