import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../obstacle.js';

/** Which process is meant, also later: the start time tells it from another process that got the same id. */
export interface ProcessIdentity {
  pid: number;
  started: string;
}

/** What a process that could not be started is called: never alive. */
export const neverStarted: ProcessIdentity = { pid: 0, started: 'never' };

/** Undefined when no such process lives (a zombie does not live). */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started ? { pid, started } : undefined;
}

export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return startOf(pid) === started;
}

/**
 * Sends `signal`, waits at most `timeout` ms, then sends SIGKILL. Resolves when the process is gone. Never touches
 * another process that got the same id.
 */
export async function endProcess(target: ProcessIdentity, signal: NodeJS.Signals, timeout: number): Promise<void> {
  send(target, signal);
  if (await isGone(target, timeout)) return;
  send(target, 'SIGKILL');
  await isGone(target, 5_000);
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function isGone(target: ProcessIdentity, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (isAlive(target)) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** The command line of a living process, empty when there is none; it tells whose process it is. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return ps(pid, 'command=');
  } catch {
    return '';
  }
}

/**
 * Linux: the boot's id and the process's start in clock ticks after it (proc_pid_stat(5), field 22). Else what `ps`
 * says.
 */
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
