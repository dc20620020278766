import { closeFences } from '#adapter-host/fence/fence.js';
import { enterFence } from '#adapter-host/fence/network.js';
import { loadAdapters } from '#adapter-host/load.js';
import { readSettings } from '#settings/settings.js';
import { addressOf, startApp } from './app.js';
import { demoPackage } from './demo.js';
import { homeOf, openHome } from './home.js';
import { isLocked } from './lock.js';
import { Obstacle } from './obstacle.js';
import { freePort, tryPort } from './ports.js';
import { say } from './say.js';
import { readServerAccess, urlsOf } from './server-access.js';
import { settingsOfStage } from './settings.js';
import type { Supervisor } from './supervisor.js';
import { texts } from './texts.js';
import { underSupervision } from './under-supervision.js';

/** Until a person who started a worker is told why it is not ready yet, and told again; ms. */
const patience = 30_000;

/**
 * `npm run worker`: one more worker in the foreground, kept alive until a signal ends it. It works on DATABASE_URL and
 * AMQP_URL, else beside the `npm start` of this data folder. Resolves to its exit code.
 */
export async function worker(): Promise<number> {
  const env = await environment();
  const settings = readSettings(env);
  const load = async () => {
    enterFence(settings, say);
    return loadAdapters({ only: settings.ADAPTERS, packages: settings.ADAPTER_PACKAGES });
  };
  const adapters = await load().catch((error: Error) => {
    throw new Obstacle(error.message);
  });
  closeFences(); // the worker has its own
  const home = openHome(settings);
  const url = addressOf('worker', settings);
  const log = `worker-${settings.WORKER_PORT}`;
  say(texts.worker.adapters([...adapters.keys()].join(', ')));
  return underSupervision(undefined, texts.worker, async (supervisor) => {
    const start = async () => startApp('worker', { home, url, env, drain: settings.DRAIN, log });
    await supervisor.keep({ name: 'worker', tier: 'application', signal: 'SIGTERM', start });
    for (let isReady = false; !isReady; ) isReady = await readySoon(supervisor);
    say(texts.worker.ready(url));
  });
}

/** False when it is not ready after a while; then the person at the terminal has read why. */
async function readySoon(supervisor: Supervisor): Promise<boolean> {
  try {
    await supervisor.ready('worker', patience);
    return true;
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    say(error.message);
    return false;
  }
}

/** The worker's environment: where database and broker are, and a port that is free. */
async function environment(): Promise<NodeJS.ProcessEnv & { WORKER_PORT: string }> {
  const settings = settingsOfStage();
  // the same second port in every run, where it is free: the log is called after it
  const port = await tryPort(settings.WORKER_PORT, settings.HOST).catch(() => freePort(settings.WORKER_PORT + 10));
  const env = { ...process.env, WORKER_PORT: String(port) };
  if (settings.DATABASE_URL && settings.AMQP_URL) return env;
  const home = homeOf(settings);
  const access = isLocked(home) ? readServerAccess(home) : undefined;
  if (!access) throw new Obstacle(texts.worker.nothingRuns);
  const { logins, amqpUrl } = urlsOf(access);
  return {
    ...env,
    STELLWERK_HOME: home,
    ...(!settings.DATABASE_URL && { DATABASE_URL: logins.application, DATABASE_ERASER_URL: logins.eraser }),
    AMQP_URL: settings.AMQP_URL ?? amqpUrl,
    ADAPTER_PACKAGES: process.env['ADAPTER_PACKAGES'] || (settings.stage === 'production' ? '' : demoPackage),
  };
}
