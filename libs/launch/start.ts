import { setTimeout as pause } from 'node:timers/promises';
import { readSettings, type Settings } from '#settings/settings.js';
import { openDatabase } from '#store/database.js';
import { prepareLogins } from '#store/logins.js';
import { migrate } from '#store/migrate.js';
import { type App, addressOf, allPortSettings, startApp } from './app.js';
import { demoPackage, runDemo } from './demo.js';
import { openHome } from './home.js';
import { openKeys } from './key.js';
import { lockHome } from './lock.js';
import { cause, codeOf, Obstacle, obstacle } from './obstacle.js';
import { freePort, tryPort } from './ports.js';
import { say } from './say.js';
import { sealingOf } from './sealing.js';
import { greetBroker } from './servers/amqp.js';
import { findServices, type Service, type Services } from './services.js';
import { settingsOfStage } from './settings.js';
import type { Supervisor } from './supervisor.js';
import { texts } from './texts.js';
import { underSupervision } from './under-supervision.js';

/**
 * While it boots, the broker takes half of a machine's power for ten seconds. The applications get that long before;
 * ms.
 */
const headStart = 8_000;
/** Until an application must be ready; ms. */
const readyTimeout = 90_000;

/** `npm start`: runs everything until a signal ends it. Resolves to the exit code. */
export async function start(): Promise<number> {
  const begun = performance.now();
  const settings = settingsOfStage();
  const home = openHome(settings);
  const lock = await lockHome(home);
  return underSupervision(lock, texts.start, async (supervisor) => {
    if (lock.leftovers.length) say(texts.start.leftovers(lock.leftovers.join(', ')));
    const env = await startAll(supervisor, settings, home);
    say(texts.start.ready(((performance.now() - begun) / 1000).toFixed(1).replace('.', ',')));
    const { gatewayUrl, consoleUrl, simulatorUrl } = readSettings(env);
    say(texts.start.addresses(gatewayUrl, consoleUrl, simulates(settings) ? simulatorUrl : undefined, home));
    if (settings.STELLWERK_DEMO === 'on' && settings.stage === 'demo') await demonstrate(env, supervisor);
    if (!supervisor.ending) say(texts.start.tryThese);
  });
}

/** Whether there is a world around that is simulated. */
const simulates = ({ stage }: Settings) => stage !== 'production';

/** Resolves to the environment of the applications when those that listen are ready. */
async function startAll(supervisor: Supervisor, settings: Settings, home: string): Promise<NodeJS.ProcessEnv> {
  const ports = await checkPorts(settings);
  openKeys(settings, say);
  const services = await findServices(home, { databaseUrl: settings.DATABASE_URL, amqpUrl: settings.AMQP_URL, say });
  const env = {
    ...process.env,
    ADAPTER_PACKAGES: process.env.ADAPTER_PACKAGES || (simulates(settings) ? demoPackage : ''),
    ...ports,
    STELLWERK_HOME: home,
    ...databaseUrls(services.database, settings),
    AMQP_URL: services.broker.url,
  };
  await startDatabase(supervisor, services, settings);
  const listening = startApps(supervisor, home, env, [
    ...(simulates(settings) ? (['simulator'] as const) : []),
    'gateway',
    'console',
  ]);
  await Promise.race([listening, pause(headStart)]);
  await startBroker(supervisor, services);
  await startApps(supervisor, home, env, ['worker']);
  await listening;
  return env;
}

/** Who may change the tables is none of the applications' business. */
function databaseUrls({ url, logins }: Service, settings: Settings): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: logins?.application ?? url,
    DATABASE_ERASER_URL: logins?.eraser ?? settings.DATABASE_ERASER_URL ?? '',
    DATABASE_OWNER_URL: '',
    DATABASE_ADMIN_URL: '',
  };
}

/** Setting → port. Every port must be free; where the setting is 0, any free one is taken. */
async function checkPorts(settings: Settings): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  for (const name of allPortSettings) {
    if (name.startsWith('SIMULATOR_') && !simulates(settings)) continue;
    const port = settings[name] || (await freePort());
    try {
      await tryPort(port, settings.HOST);
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') throw new Obstacle(texts.start.portTaken(port, name));
      throw obstacle(texts.start.cannotListen(settings.HOST, port, name), error);
    }
    ports[name] = String(port);
  }
  return ports;
}

/** Resolves when the database runs and is migrated. */
async function startDatabase(supervisor: Supervisor, { database }: Services, settings: Settings): Promise<void> {
  if (database.unit) await supervisor.keep(database.unit);
  try {
    await (await openDatabase(database.url, { max: 1 })).close();
    if (database.logins) await prepareLogins(database.url, database.logins);
    await migrate(database.logins?.owner ?? settings.DATABASE_OWNER_URL ?? database.url, sealingOf(settings));
  } catch (error) {
    throw obstacle(settings.DATABASE_URL ? texts.start.givenDatabase : texts.start.ownDatabase, error);
  }
}

/** Does not wait until the broker is ready: submissions are accepted meanwhile. */
async function startBroker(supervisor: Supervisor, { broker }: Services): Promise<void> {
  if (!broker.unit) return greetGivenBroker(broker.url);
  const server = await supervisor.keep(broker.unit);
  server.ready.then(
    () => say(texts.start.brokerReady),
    (error) => supervisor.ending || say(cause(error)),
  );
}

/** A broker that does not answer is no obstacle; an AMQP_URL that is no address is. */
async function greetGivenBroker(url: string): Promise<void> {
  try {
    await greetBroker(url);
  } catch (error) {
    if (codeOf(error) === 'ERR_INVALID_URL') throw obstacle(texts.start.badAmqpUrl, error);
    say(texts.start.brokerSilent(cause(error)));
  }
}

/** Resolves when they are ready. The worker is not waited for, because it is ready only when the broker is. */
async function startApps(supervisor: Supervisor, home: string, env: NodeJS.ProcessEnv, apps: App[]): Promise<void> {
  const settings = readSettings(env);
  await Promise.all(
    apps.map(async (app) => {
      const own = app === 'worker' ? env : { ...env, DATABASE_ERASER_URL: '' }; // only the worker deletes
      const options = { home, url: addressOf(app, settings), env: own, drain: settings.DRAIN };
      const start = async () => startApp(app, options);
      await supervisor.keep({ name: app, tier: 'application', signal: 'SIGTERM', start });
      if (app !== 'worker') await supervisor.ready(app, readyTimeout);
    }),
  );
}

/** A demonstration that fails does not end the rest. */
async function demonstrate(env: NodeJS.ProcessEnv, supervisor: Supervisor): Promise<void> {
  await runDemo(env).catch((error) => {
    if (!supervisor.ending) say(texts.start.demoFailed(cause(error)));
  });
}
