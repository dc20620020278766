import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { runtimeFlags } from './runtime.js';
import { endProcess, identify, neverStarted } from './servers/process-identity.js';
import { type Server, sizeOf } from './servers/server.js';

export type App = keyof typeof portSettings;

/** The setting that names an application's port. */
export const portSettings = {
  gateway: 'GATEWAY_PORT',
  console: 'CONSOLE_PORT',
  simulator: 'SIMULATOR_PORT',
  worker: 'WORKER_PORT',
} as const;

/** The settings of all ports that a start takes. */
export const allPortSettings = [
  ...Object.values(portSettings),
  ...(['SIMULATOR_SMTP_PORT', 'SIMULATOR_SFTP_PORT', 'SIMULATOR_TLS_PORT', 'SIMULATOR_XTA_PORT'] as const),
];

export function isApp(name: string | undefined): name is App {
  return name !== undefined && name in portSettings;
}

/** Where an application listens, seen from its own machine. */
export function addressOf(app: App, settings: Settings): string {
  const host = ['0.0.0.0', '::'].includes(settings.HOST) ? '127.0.0.1' : settings.HOST;
  return `http://${host}:${settings[portSettings[app]]}`;
}

const logLimit = 20 * 1024 * 1024;

/**
 * Starts one of the four applications as a child that ends when this process vanishes. Its JSON log goes to
 * `logs/<log>.log` in the data folder (by default of the application's name), which begins anew beyond 20 MiB. `drain`:
 * how long it may work on after SIGTERM, ms.
 */
export function startApp(
  app: App,
  options: { home: string; url: string; env: NodeJS.ProcessEnv; drain: number; log?: string },
): Server {
  mkdirSync(join(options.home, 'logs'), { recursive: true, mode: 0o700 });
  const file = join(options.home, 'logs', `${options.log ?? app}.log`);
  const begin = sizeOf(file) > logLimit ? 0 : sizeOf(file);
  const log = openSync(file, begin ? 'a' : 'w', 0o600);
  const main = join(root, 'dist/apps', app, 'main.js');
  const child = spawn(process.execPath, [...runtimeFlags, main], {
    cwd: root,
    env: options.env,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const identity = identify(child.pid ?? 0) ?? neverStarted;
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error']) child.once(event, () => resolve());
  }).then(() => {
    ended = true;
  });
  return {
    name: app,
    url: options.url,
    processes: [identity],
    ready: untilReady(options.url, () => ended),
    closed,
    answers: () => isLive(options.url),
    stop: () => endProcess(identity, 'SIGTERM', options.drain + 1_000),
    kill: () => endProcess(identity, 'SIGKILL', 1_000),
    lastWords: () => lastWords(file, begin),
  };
}

/** Asks for as long as the application lives; the supervisor has the deadline. */
async function untilReady(url: string, ended: () => boolean): Promise<void> {
  while (!(await isReady(url))) {
    if (ended()) throw new Error('ended');
    await pause(100);
  }
}

/** True when `/health/ready` answers 200 within 2 s. */
export function isReady(url: string): Promise<boolean> {
  return says(`${url}/health/ready`, 2_000);
}

/** True when `/health/live` answers 200 within 5 s: it asks no server, so only a process that hangs is late. */
function isLive(url: string): Promise<boolean> {
  return says(`${url}/health/live`, 5_000);
}

async function says(url: string, timeout: number): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    await answer.arrayBuffer(); // gives the connection back
    return answer.ok;
  } catch {
    return false;
  }
}

/** The message of the log's last line after the byte `begin`; the line may be plain text or JSON. */
function lastWords(file: string, begin: number): string {
  const line = readFileSync(file).subarray(begin).toString('utf8').trimEnd().split('\n').at(-1) ?? '';
  try {
    const { reason, message } = JSON.parse(line) as { reason?: string; message?: string };
    return reason ?? message ?? '';
  } catch {
    return line.slice(0, 300);
  }
}
