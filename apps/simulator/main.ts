import 'reflect-metadata';
import { runApp } from '#launch/run-app.js';
import { setDevelopmentValuesSoon } from './demo/development-values.js';
import { startSimulator } from './simulator.js';

await runApp('simulator', async (settings, log) => {
  const simulator = await startSimulator(settings, log);
  const ending = new AbortController();
  setDevelopmentValuesSoon(settings, ending.signal).then(
    (count) => log.info('development values set', { count }),
    () => {},
  );
  return {
    close() {
      ending.abort();
      return simulator.close();
    },
  };
});
