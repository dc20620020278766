import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { end, type Mark, mark } from './os-processes.js';

/** A server that we started and will end ourselves. */
export interface Server {
  name: string;
  url: string;
  /** Every process to look for after a crash, in the order of ending. */
  marks: Mark[];
  /** Resolves when it takes connections; rejects with an {@link Obstacle} when it will not. */
  ready: Promise<void>;
  /** Resolves when the server has ended, wanted or not. */
  closed: Promise<void>;
  /** Ends it in order; forces it after a few seconds. */
  stop(): Promise<void>;
  /** Ends it like a power cut (SIGKILL), for drills. */
  kill(): Promise<void>;
  /** Why it ended, as far as it said so. */
  lastWords?(): string;
}

export interface Account {
  uid: number;
  gid: number;
}

const logLimit = 10 * 1024 * 1024;

/**
 * Starts a long-living server in its own process group, so that Ctrl-C in the terminal does not reach it before its clients.
 * Its output is appended to `log` (begun anew beyond 10 MiB).
 */
export function spawnServer(
  command: string,
  args: string[],
  options: { log: string; cwd: string; env?: NodeJS.ProcessEnv; as?: Account },
): { child: ChildProcess; mark: Mark; closed: Promise<void> } {
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
  const started = child.pid ? mark(child.pid) : undefined;
  return { child, mark: started ?? { pid: child.pid ?? 0, started: 'never' }, closed };
}

/** What the server wrote last, for an error text. */
export function lastLines(log: string, count = 3): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join(' ');
  } catch {
    return '';
  }
}

/** SIGKILL to each, and wait. */
export async function killAll(marks: Mark[]): Promise<void> {
  await Promise.all(marks.map((one) => end(one, 'SIGKILL', 5_000)));
}

export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
