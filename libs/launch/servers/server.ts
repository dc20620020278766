import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Obstacle } from '../obstacle.js';
import { endProcess, identify, neverStarted, type ProcessIdentity } from './process-identity.js';

/** A server or an application that was started here and is to be ended here. */
export interface Server {
  name: string;
  url: string;
  /** Every process to look for after a crash, in the order of ending. */
  processes: ProcessIdentity[];
  /** Resolves when it takes connections; rejects when it will not. */
  ready: Promise<void>;
  /** Resolves when it has ended, whether it was told to or not. */
  closed: Promise<void>;
  /** Is asked now and then; false: it lives, but does nothing. Without this member nobody asks. */
  answers?(): Promise<boolean>;
  /** Ends it in order, and by force after a few seconds. */
  stop(): Promise<void>;
  /** Ends it like a power cut (SIGKILL), for drills. */
  kill(): Promise<void>;
  /** Why it ended, as far as it said so; else empty. */
  lastWords?(): string;
}

/** The user who runs a server. */
export interface Account {
  uid: number;
  gid: number;
}

const logLimit = 10 * 1024 * 1024;

/**
 * Starts a long-living server in its own process group, so that Ctrl-C in the terminal does not reach it before its
 * clients. Its output is appended to `log`, which begins anew beyond 10 MiB.
 */
export function spawnServer(
  command: string,
  args: string[],
  options: { log: string; cwd: string; env?: NodeJS.ProcessEnv; as?: Account },
): { identity: ProcessIdentity; closed: Promise<void> } {
  const log = openSync(options.log, sizeOf(options.log) > logLimit ? 'w' : 'a', 0o600);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    ...options.as,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const closed = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { identity: (child.pid && identify(child.pid)) || neverStarted, closed };
}

/**
 * Asks `isReady` every `interval` ms. Rejects with an Obstacle, whose sentence `failure` makes, when the server has
 * `closed` before or is not ready after `timeout` ms.
 */
export async function untilReady(options: {
  isReady(): boolean | Promise<boolean>;
  closed: Promise<void>;
  interval: number;
  timeout: number;
  failure(): string;
}): Promise<void> {
  let ended = false;
  void options.closed.then(() => {
    ended = true;
  });
  const deadline = Date.now() + options.timeout;
  while (!(await options.isReady())) {
    if (ended || Date.now() > deadline) throw new Obstacle(options.failure());
    await pause(options.interval);
  }
}

/** What the server wrote last, for an error text. */
export function lastLines(log: string, count = 3): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join(' ');
  } catch {
    return '';
  }
}

/** Sends SIGKILL to each process and waits until it is gone. */
export async function killAll(processes: ProcessIdentity[]): Promise<void> {
  await Promise.all(processes.map((one) => endProcess(one, 'SIGKILL', 5_000)));
}

/** In bytes; 0 when there is no such file. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
