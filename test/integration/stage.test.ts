import { expect, test } from '@jest/globals';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { startConsole } from '../../apps/console/console.js';
import { startGateway } from '../../apps/gateway/gateway.js';
import { startSimulator } from '../../apps/simulator/simulator.js';
import { startWorker } from '../../apps/worker/worker.js';

test.each([
  ['gateway', startGateway],
  ['worker', startWorker],
  ['console', startConsole],
  ['simulator', startSimulator],
])(
  'P4 the %s listens beyond loopback at a stage only, and in production not as in a demonstration',
  async (app, start) => {
    const lines: string[] = [];
    const log = openLog(app, 'info', { write: (line: string) => void lines.push(line) });
    const tried = (environment: Record<string, string>) => start(readSettings(environment), log);
    await expect(tried({ HOST: '0.0.0.0' })).rejects.toThrow('STAGE fehlt');
    await expect(tried({ STAGE: 'production' })).rejects.toThrow('STAGE=production');
    expect(lines).toEqual([]);
  },
);
