import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { loadAdapters } from '#adapter-host/load.js';
import { root } from '#settings/root.js';
import { readSettings } from '#settings/settings.js';
import { isReady } from './app.js';
import { demoPackage } from './demo.js';
import { homeOf } from './home.js';
import { isLocked } from './lock.js';
import { Obstacle } from './obstacle.js';
import { freePort, tryPort } from './ports.js';
import { runtimeFlags } from './runtime.js';
import { say } from './say.js';
import { readServerAccess, urlsOf } from './server-access.js';
import { settingsOfStage } from './settings.js';
import { texts } from './texts.js';

/**
 * `npm run worker`: one more worker in the foreground. It works on DATABASE_URL and AMQP_URL, else beside the `npm
 * start` of this data folder. Resolves to its exit code.
 */
export async function worker(): Promise<number> {
  const env = await environment();
  const settings = readSettings(env);
  const adapters = await loadAdapters({ only: settings.ADAPTERS, packages: settings.ADAPTER_PACKAGES }).catch(
    (error: Error) => {
      throw new Obstacle(error.message);
    },
  );
  say(texts.worker.adapters([...adapters.keys()].join(', ')));
  const child = spawn(process.execPath, [...runtimeFlags, join(root, 'dist/apps/worker/main.js')], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill('SIGTERM'));
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  void sayWhenReady(`http://127.0.0.1:${env.WORKER_PORT}`, ended);
  const code = await ended;
  say(code === 0 ? texts.worker.ended : texts.worker.failed);
  return code;
}

/** The worker's environment: where database and broker are, and a port that is free. */
async function environment(): Promise<NodeJS.ProcessEnv & { WORKER_PORT: string }> {
  const settings = settingsOfStage();
  const port = await tryPort(settings.WORKER_PORT, settings.HOST).catch(() => freePort());
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

async function sayWhenReady(url: string, ended: Promise<number>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && !(await isReady(url))) await new Promise((resolve) => setTimeout(resolve, 200));
  if (!over) say(texts.worker.ready(url));
}
