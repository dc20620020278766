import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that can be found again: the start time tells it from a stranger that got the same id later. */
export interface Mark {
  pid: number;
  started: string;
}

/** Undefined when no such process lives (a zombie does not live). */
export function mark(pid: number): Mark | undefined {
  const started = startOf(pid);
  return started ? { pid, started } : undefined;
}

export function alive({ pid, started }: Mark): boolean {
  return startOf(pid) === started;
}

/** Sends `signal`, waits at most `patience` ms, then kills. Resolves when the process is gone; never touches a recycled id. */
export async function end(target: Mark, signal: NodeJS.Signals, patience: number): Promise<void> {
  send(target, signal);
  if (await gone(target, patience)) return;
  send(target, 'SIGKILL');
  await gone(target, 5_000);
}

export function send(target: Mark, signal: NodeJS.Signals): void {
  if (!alive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function gone(target: Mark, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (alive(target)) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** The command line of a living process, for telling whose it is. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return ps(pid, 'command=');
  } catch {
    return '';
  }
}

function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return ps(pid, 'lstart=') || undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

let bootId: string | undefined;
function boot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}
