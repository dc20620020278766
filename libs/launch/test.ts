import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { readJson } from './home.js';
import { lifeline } from './lifeline.js';
import { claim, clear } from './run.js';
import { say } from './say.js';
import { removePlace } from './servers/postgres-files.js';
import { findServices } from './services.js';
import { Supervisor } from './supervisor.js';

const prefix = 'stellwerk-test-';

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

/** `npm test`: services, `npm run check`, Jest; the last line is the count. Arguments go to Jest. Resolves to the exit code. */
export function test(args: string[]): Promise<number> {
  return amidServices(async (services, start) => {
    const check = args.length ? 0 : await start('dist/test/check/check.js');
    await services.ready;
    const result = join(services.home, 'jest.json');
    const jest = await start(
      ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
      ...['--json', `--outputFile=${result}`, ...args],
    );
    return report(readJson<JestResult>(result), check, jest);
  });
}

/** Runs one compiled program with the services of `npm test` around it. */
export function withServices(file: string, args: string[]): Promise<number> {
  return amidServices(async (services, start) => {
    await services.ready;
    return start(file, ...args);
  });
}

/** Services, and a way to run Node with their addresses; everything ends with `work`, or with us. */
async function amidServices(
  work: (
    services: Awaited<ReturnType<typeof openTestServices>>,
    start: (...args: string[]) => Promise<number>,
  ) => Promise<number>,
): Promise<number> {
  await sweep();
  const services = await openTestServices();
  const children = new Set<() => void>();
  const close = async () => {
    for (const end of children) end();
    await services.close();
  };
  lifeline(close);
  try {
    return await work(services, (...args) => spawnTool(process.execPath, args, services.env, children));
  } finally {
    await close();
  }
}

/** A failed check or a run that died counts as one failure. */
function report(result: JestResult | undefined, check: number, jest: number): number {
  const passed = result?.numPassedTests ?? 0;
  const failed = (result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1) + (check ? 1 : 0);
  const skipped = result?.numPendingTests ?? 0;
  if (check) say('npm run check meldet Fehler (oben).');
  say(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed || jest ? 1 : 0;
}

/** Services of their own in the system's temporary folder, or those that TEST_DATABASE_URL and TEST_AMQP_URL name. */
async function openTestServices() {
  const home = mkdtempSync(join(tmpdir(), prefix));
  if (process.getuid?.() === 0) chmodSync(home, 0o711);
  const run = await claim(home);
  const { database, broker } = await findServices(home, {
    databaseUrl: process.env.TEST_DATABASE_URL,
    amqpUrl: process.env.TEST_AMQP_URL,
    management: true,
    say,
  });
  const supervisor = new Supervisor(run, say);
  if (database.start)
    await supervisor.keep({ name: 'PostgreSQL', tier: 'database', signal: 'SIGINT', start: database.start });
  const server =
    broker.start &&
    (await supervisor.keep({ name: 'RabbitMQ', tier: 'broker', signal: 'SIGTERM', start: broker.start }));
  let closing: Promise<void> | undefined;
  return {
    home,
    ready: server?.ready ?? Promise.resolve(),
    env: {
      TEST_HOME: home,
      TEST_DATABASE_URL: database.url,
      TEST_AMQP_URL: broker.url,
      ...(broker.managementUrl && { TEST_AMQP_MANAGEMENT_URL: broker.managementUrl }),
    },
    close() {
      closing ??= supervisor.end().then(() => remove(home));
      return closing;
    },
  };
}

/** Ends what test runs left behind that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    await remove(join(tmpdir(), name)).catch(() => {}); // another run, or another user's
  }
}

/** A test's own broker or database has its own folder in `home`. */
async function remove(home: string): Promise<void> {
  await clear(home);
  for (const inner of readdirSync(home)) {
    await clear(join(home, inner));
    removePlace(join(home, inner));
  }
  removePlace(home);
  rmSync(home, { recursive: true, force: true });
}

function spawnTool(
  command: string,
  args: string[],
  env: Record<string, string>,
  children: Set<() => void>,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const end = () => child.kill('SIGTERM');
    children.add(end);
    child.once('error', () => resolve(1));
    child.once('exit', (code) => {
      children.delete(end);
      resolve(code ?? 1);
    });
  });
}
