import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { NotSent } from '#adapter-host/http.js';
import type { Settings } from '#settings/settings.js';

/*
 * Which attempts have let something leave this process, in a file on this machine. A process that is killed leaves the
 * file behind: what does not stand in it has certainly not been sent, although its checkpoint says that it may have
 * been. The file is only believed where the process is certainly dead. It holds nothing about a person.
 *
 * The system keeps what a killed process has written. After a crash of the machine nothing is believed: its boot id is
 * another, and so the name of the file.
 */

/** Bytes of an entry, `task:attempt` and a line end. The first one says on which socket the process listens. */
const width = 64;

export interface Departures {
  /**
   * To be called before the first byte of an attempt leaves.
   * @throws NotSent where it cannot be noted
   */
  note(key: string): void;
  /** The attempt is recorded. */
  forget(key: string): void;
  close(): Promise<void>;
}

/** Where the files of all workers of this machine lie: in the data folder. */
export const departuresFolder = ({ STELLWERK_HOME }: Pick<Settings, 'STELLWERK_HOME'>) =>
  join(STELLWERK_HOME, 'departures');

/** The name of an attempt among departures. */
export const departureOf = ({ taskId, attempt }: { taskId: string; attempt: number }) => `${taskId}:${attempt}`;

/**
 * Opens the file of this process. Undefined where this system has no boot id, or the folder cannot be used.
 * @param worker its name, unlike any other's
 */
export async function openDepartures(folder: string, worker: string): Promise<Departures | undefined> {
  const paths = pathsOf(folder, worker);
  if (!paths) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = openSync(paths.entries, 'wx', 0o600);
  const alive = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    alive.once('error', reject).listen(paths.alive, resolve);
  });
  alive.unref();
  const write = (key: string, slot: number) => {
    const written = writeSync(file, Buffer.from(`${key.padEnd(width - 1)}\n`), 0, width, slot * width);
    if (written < width) throw new Error('the disk is full');
  };
  write(identityOf(paths.alive), 0);
  const slots = new Map<string, number>();
  const free: number[] = [];
  let most = 1;
  let closed = false;
  return {
    note(key) {
      if (slots.has(key)) return;
      if (closed) throw new NotSent('the worker has ended');
      const slot = free.pop() ?? most++;
      try {
        write(key, slot);
      } catch (error) {
        free.push(slot);
        throw new NotSent('that something leaves cannot be noted', { cause: error });
      }
      slots.set(key, slot);
    },
    forget(key) {
      const slot = slots.get(key);
      if (slots.delete(key)) free.push(slot!);
    },
    async close() {
      closed = true;
      await new Promise((resolve) => alive.close(resolve));
      closeSync(file);
      rmSync(paths.entries, { force: true });
    },
  };
}

/**
 * What a worker's process has let leave, if it has run on this machine and is certainly dead: nobody listens any more
 * where it listened. Undefined: nobody can say.
 */
export async function leftBehind(folder: string, worker: string): Promise<string[] | undefined> {
  const paths = pathsOf(folder, worker);
  if (!paths || !(await isDeserted(paths.alive))) return undefined;
  try {
    const [socket, ...keys] = (await readFile(paths.entries, 'utf8')).split('\n').map((line) => line.trim());
    return socket === identityOf(paths.alive) ? keys : undefined;
  } catch {
    return undefined;
  }
}

/** What it has left behind is of no use any more. */
export function sweepAway(folder: string, worker: string): void {
  const { entries, alive } = pathsOf(folder, worker) ?? {};
  for (const path of [entries, alive]) if (path) rmSync(path, { force: true });
}

/** Which file it is: nobody listens on a copy, or on what another mount shows, while the process lives. */
function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

function isDeserted(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function pathsOf(folder: string, worker: string) {
  if (!bootId) return undefined;
  const name = join(folder, `${bootId}-${worker.split('/').at(-1)}`);
  return { entries: name, alive: `${name}.alive` };
}

const bootId = read('/proc/sys/kernel/random/boot_id')?.slice(0, 13);

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
