import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { readJson } from './json-file.js';
import { endLeftovers, lockHome } from './lock.js';
import { outliveTerminal, say } from './say.js';
import { removePostgresFiles } from './servers/postgres-files.js';
import { findServices } from './services.js';
import { onShutdown } from './shutdown.js';
import { Supervisor } from './supervisor.js';
import { texts } from './texts.js';

/** Of the temporary folder of a test run, so that a later run finds it. */
const prefix = 'stellwerk-test-';

/** What is used of the file that Jest writes with `--outputFile`. */
interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

/**
 * `npm test`: starts the services, then runs `npm run check` and Jest; the last line is the count. `args` go to Jest,
 * and with any of them the check is left out. Resolves to the exit code.
 */
export function test(args: string[]): Promise<number> {
  return amongServices(async (services, run) => {
    const check = args.length ? 0 : await run('dist/test/check/check.js');
    await services.ready;
    const result = join(services.home, 'jest.json');
    const jest = await run(
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--json',
      `--outputFile=${result}`,
      ...args,
    );
    return report(readJson<JestResult>(result), check, jest);
  });
}

/** Runs one compiled program with the services of `npm test`. Resolves to its exit code. */
export function withServices(file: string, args: string[]): Promise<number> {
  return amongServices(async (services, run) => {
    await services.ready;
    return run(file, ...args);
  });
}

/** Starts the services. `run` runs Node with their addresses. Everything ends with `work`, or with this process. */
async function amongServices(
  work: (
    services: Awaited<ReturnType<typeof openTestServices>>,
    run: (...args: string[]) => Promise<number>,
  ) => Promise<number>,
): Promise<number> {
  outliveTerminal();
  await clearKilledRuns();
  const services = await openTestServices();
  const children = new Set<() => void>();
  const close = async () => {
    for (const end of children) end();
    await services.close();
  };
  onShutdown(close);
  try {
    return await work(services, (...args) => runNode(args, services.env, children));
  } finally {
    await close();
  }
}

/**
 * Prints the count and returns the exit code. A failed check counts as one failure, so does a Jest that wrote no
 * result.
 */
function report(result: JestResult | undefined, check: number, jest: number): number {
  const passed = result?.numPassedTests ?? 0;
  const failed = (result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1) + (check ? 1 : 0);
  const skipped = result?.numPendingTests ?? 0;
  if (check) say(texts.test.checkFailed);
  say(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed || jest ? 1 : 0;
}

/** Servers of our own in the system's temporary folder, or those that TEST_DATABASE_URL and TEST_AMQP_URL name. */
async function openTestServices() {
  const home = mkdtempSync(join(tmpdir(), prefix));
  if (process.getuid?.() === 0) chmodSync(home, 0o711);
  const lock = await lockHome(home);
  const { database, broker } = await findServices(home, {
    databaseUrl: process.env.TEST_DATABASE_URL,
    amqpUrl: process.env.TEST_AMQP_URL,
    management: true,
    say,
  });
  const supervisor = new Supervisor(lock, say);
  if (database.unit) await supervisor.keep(database.unit);
  const server = broker.unit && (await supervisor.keep(broker.unit));
  let closing: Promise<void> | undefined;
  return {
    home,
    ready: server?.ready ?? Promise.resolve(),
    env: {
      TEST_HOME: home,
      // tests start hundreds of processes: what is compiled once need not be again
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(home, 'compiled'),
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

/** Ends and removes what killed test runs have left behind. Leaves alone what another run or another user needs. */
async function clearKilledRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    await remove(join(tmpdir(), name)).catch(() => {});
  }
}

/** A test that starts a broker or database of its own gives it a data folder inside `home`. */
async function remove(home: string): Promise<void> {
  await endLeftovers(home);
  for (const inner of readdirSync(home)) {
    await endLeftovers(join(home, inner));
    removePostgresFiles(join(home, inner));
  }
  removePostgresFiles(home);
  rmSync(home, { recursive: true, force: true });
}

/** Resolves to the exit code. While it runs, `children` contains a function that ends it. */
function runNode(args: string[], env: Record<string, string>, children: Set<() => void>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
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
