import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '#settings/root.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { migrate, openDatabase } from '#store/database.js';
import { type App, addressOf, allPorts, startApp } from './app.js';
import { openHome } from './home.js';
import { secretsKey } from './key.js';
import { lifeline } from './lifeline.js';
import { cause, Obstacle, obstacle } from './obstacle.js';
import { freePort, tryPort } from './ports.js';
import { claim } from './run.js';
import { say } from './say.js';
import { greet } from './servers/rabbitmq.js';
import { findServices, type Services } from './services.js';
import { Supervisor } from './supervisor.js';

/** An adapter from outside, for the demonstration; the operator's own setting takes its place. */
export const demoPackage = './apps/simulator/vendor/stellwerk-adapter-rosenstein';

/** ms */
const headStart = 8_000;
const patience = 90_000;

/** `npm start`: everything, until it is told to end. Resolves to the exit code. */
export async function start(): Promise<number> {
  const begun = performance.now();
  const settings = readStartSettings();
  const home = openHome(settings);
  const run = await claim(home);
  const supervisor = new Supervisor(run, say);
  let finish!: () => void;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  lifeline(async () => {
    say('\nStellwerk endet …');
    await supervisor.end();
    say('Stellwerk ist beendet.');
    finish();
  });
  try {
    if (run.leftovers.length)
      say(`Der vorige Lauf wurde abgebrochen; beendet wurde, was von ihm übrig war: ${run.leftovers.join(', ')}.`);
    const ports = await claimPorts(settings);
    secretsKey(settings, say);
    const services = await findServices(home, { databaseUrl: settings.DATABASE_URL, amqpUrl: settings.AMQP_URL, say });
    const env = {
      ...process.env,
      ADAPTER_PACKAGES: process.env.ADAPTER_PACKAGES || demoPackage,
      ...ports,
      STELLWERK_HOME: home,
      DATABASE_URL: services.database.url,
      AMQP_URL: services.broker.url,
    };
    await openDatabaseOf(supervisor, services, settings);
    const doors = openApps(supervisor, home, env, ['simulator', 'gateway', 'console']);
    // the broker takes half a machine for ten seconds while it boots: the doors first
    await Promise.race([doors, pause(headStart)]);
    await openBroker(supervisor, services);
    await openApps(supervisor, home, env, ['worker']);
    await doors;
    say(`Bereit nach ${((performance.now() - begun) / 1000).toFixed(1).replace('.', ',')} s.\n`);
    describe(readSettings(env), home);
    if (settings.STELLWERK_DEMO === 'on') await demo(env, supervisor);
    if (!supervisor.ending) tryThese();
  } catch (error) {
    if (supervisor.ending) return finished.then(() => 0);
    await supervisor.end();
    throw error;
  }
  await finished;
  return 0;
}

function readStartSettings(): Settings {
  try {
    return readSettings();
  } catch (error) {
    throw new Obstacle((error as Error).message);
  }
}

/** Each application's port must be free; 0 asks for any. */
async function claimPorts(settings: Settings): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  for (const name of allPorts) {
    const port = settings[name] || (await freePort());
    try {
      await tryPort(port, settings.HOST);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE')
        throw new Obstacle(
          `Port ${port} ist belegt: mit ${name} einen anderen wählen oder das andere Programm beenden.`,
        );
      throw obstacle(`Auf ${settings.HOST}:${port} (HOST, ${name}) lässt sich nicht lauschen`, error);
    }
    ports[name] = String(port);
  }
  return ports;
}

/** The database is there and migrated afterwards. */
async function openDatabaseOf(supervisor: Supervisor, { database }: Services, settings: Settings): Promise<void> {
  if (database.start)
    await supervisor.keep({ name: 'PostgreSQL', tier: 'database', signal: 'SIGINT', start: database.start });
  await prepareDatabase(
    database.url,
    settings.DATABASE_URL ? 'Die Datenbank aus DATABASE_URL' : 'Die Datenbank im Datenordner (STELLWERK_HOME)',
  );
}

/** Does not wait for the broker: submissions are accepted meanwhile. */
async function openBroker(supervisor: Supervisor, { broker }: Services): Promise<void> {
  if (broker.start) {
    const server = await supervisor.keep({ name: 'RabbitMQ', tier: 'broker', signal: 'SIGTERM', start: broker.start });
    server.ready.then(
      () => say('RabbitMQ ist bereit.'),
      (error) => supervisor.ending || say(cause(error)),
    );
    return;
  }
  await greet(broker.url).catch((error) => {
    if (error.code === 'ERR_INVALID_URL') throw obstacle('AMQP_URL ist unbrauchbar', error);
    say(
      `RabbitMQ unter AMQP_URL antwortet nicht (${cause(error)}): Eingänge werden angenommen und zugestellt, sobald es antwortet.`,
    );
  });
}

async function prepareDatabase(url: string, what: string): Promise<void> {
  try {
    await (await openDatabase(url, { max: 1 })).close();
    await migrate(url);
  } catch (error) {
    throw obstacle(`${what} ist nicht nutzbar`, error);
  }
}

/** Resolves when they are ready; the worker becomes it with the broker, and is not waited for. */
async function openApps(supervisor: Supervisor, home: string, env: NodeJS.ProcessEnv, which: App[]): Promise<void> {
  const settings = readSettings(env);
  const open = async (app: App) => {
    const options = { home, url: addressOf(app, settings), env, drain: settings.DRAIN };
    await supervisor.keep({
      name: app,
      tier: 'application',
      signal: 'SIGTERM',
      start: async () => startApp(app, options),
    });
    if (app !== 'worker') await supervisor.ready(app, patience);
  };
  await Promise.all(which.map(open));
}

function describe(settings: Settings, home: string): void {
  say(`Gateway     ${settings.gatewayUrl}   nimmt Eingänge von service-bw an`);
  say(`Konsole     ${settings.consoleUrl}   Kommunen und Betrieb`);
  say(`Simulator   ${settings.simulatorUrl}   Portal, Anmeldung, Fachverfahren, Register`);
  say(`Daten       ${home}   (Protokolle in logs/)\n`);
}

function tryThese(): void {
  say('\nZum Ausprobieren (Strg-C beendet alles):');
  say('  npx stellwerk doctor');
  say('  npx stellwerk dead-letters list');
  say('  npx stellwerk parameters effective 081110000000 99102013104000\n');
}

/** The simulated portal posts; see {@link file://./../../apps/simulator/demo/demo.ts}. A demo that fails does not end the rest. */
async function demo(env: NodeJS.ProcessEnv, supervisor: Supervisor): Promise<void> {
  const file = join(root, 'dist/apps/simulator/demo/demo.js');
  if (!existsSync(file)) return;
  const { runDemo } = (await import(file)) as { runDemo(settings: Settings, out: NodeJS.WriteStream): Promise<void> };
  await runDemo(readSettings(env), process.stdout).catch((error) => {
    if (!supervisor.ending) say(`Die Vorführung endete vorzeitig: ${cause(error)}`);
  });
}
