import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readJson, writeJson } from './json-file.js';
import { Obstacle } from './obstacle.js';
import { endProcess, identify, isAlive, type ProcessIdentity } from './servers/process-identity.js';
import { texts } from './texts.js';

/** The content of `run.json` in the data folder. */
interface LockFile {
  /** The process that holds the lock. */
  supervisor: ProcessIdentity;
  /** Set while it ends in order. */
  ending?: boolean;
  /** What it has started, in the order of ending. */
  processes: Array<ProcessIdentity & { name: string; signal: NodeJS.Signals }>;
}

/**
 * The right to run on a data folder. Only one process has it; the lock also says what it would leave behind if killed.
 */
export interface Lock {
  /** The names of what an earlier, killed holder had left behind; it has been ended now. */
  leftovers: string[];
  /**
   * Writes processes down until they are forgotten, so that the next start can end them. Later ones are ended earlier.
   */
  remember(name: string, signal: NodeJS.Signals, processes: ProcessIdentity[]): void;
  forget(processes: ProcessIdentity[]): void;
  /** Says that the holder ends, so that a new start waits instead of refusing. */
  ending(): void;
  release(): void;
}

const fileOf = (home: string) => join(home, 'run.json');

/**
 * Locks the data folder for this process. Waits for a holder that is ending, and ends what a killed one has left
 * behind. Throws an Obstacle while another process holds the lock.
 */
export async function lockHome(home: string): Promise<Lock> {
  const leftovers = await endLeftovers(home);
  const file = fileOf(home);
  const content: LockFile = { supervisor: identify(process.pid)!, processes: [] };
  const own = `${file}.${process.pid}`;
  writeJson(own, content);
  try {
    linkSync(own, file); // fails if another start was faster
  } catch {
    throw alreadyRunning(readJson<LockFile>(file));
  } finally {
    rmSync(own, { force: true });
  }
  const write = () => {
    try {
      writeJson(file, content);
    } catch {} // a full disk must not keep us from ending in order
  };
  return {
    leftovers,
    remember(name, signal, processes) {
      content.processes.unshift(...processes.map((identity) => ({ ...identity, name, signal })));
      write();
    },
    forget(processes) {
      content.processes = content.processes.filter(({ pid }) => !processes.some((gone) => gone.pid === pid));
      write();
    },
    ending() {
      content.ending = true;
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
}

/**
 * Ends what a killed holder has left behind on this data folder, and returns the names. Throws an Obstacle while the
 * holder lives and does not end within 25 s.
 */
export async function endLeftovers(home: string): Promise<string[]> {
  const content = readJson<LockFile>(fileOf(home));
  if (!content) return [];
  const deadline = Date.now() + 25_000;
  while (isAlive(content.supervisor)) {
    const now = readJson<LockFile>(fileOf(home));
    if (!now) return []; // it ended in order while we waited
    if (!now.ending || Date.now() > deadline) throw alreadyRunning(content);
    await pause(100);
  }
  const left = (readJson<LockFile>(fileOf(home)) ?? { processes: [] }).processes.filter(isAlive);
  for (const one of left) await endProcess(one, one.signal, 8_000);
  rmSync(fileOf(home), { force: true });
  return [...new Set(left.map(({ name }) => name))];
}

/** True while a living process holds the lock of this data folder. */
export function isLocked(home: string): boolean {
  const content = readJson<LockFile>(fileOf(home));
  return content !== undefined && isAlive(content.supervisor);
}

function alreadyRunning(content: LockFile | undefined): Obstacle {
  return new Obstacle(texts.home.alreadyRunning(content?.supervisor.pid));
}
