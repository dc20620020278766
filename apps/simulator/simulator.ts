import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { enterFence } from '#adapter-host/fence/network.js';
import { webdavServer } from '#adapters/kit/webdav.js';
import type { Settings } from '#settings/settings.js';
import { enterSimulation } from '#settings/stage.js';
import type { Log } from '#telemetry/log.js';
import { nestLogger } from '#telemetry/nest.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { Ablage } from './authorities/ablage.js';
import { Dms } from './authorities/dms.js';
import { fakesOf } from './demo/adapters.js';
import { openIdentity } from './portal/identity.js';
import { askForPseudonyms } from './portal/persons.js';
import { openCertificates } from './servers/certificates.js';
import { servers } from './servers/servers.js';
import { simulatorModule } from './simulator.module.js';
import { systems } from './world/faults.js';
import { World } from './world/world.js';

/** Bytes: a delivery with all its attachments in base64. */
const bodyLimit = 64 * 1024 * 1024;

/** Starts the world around Stellwerk on `SIMULATOR_PORT`, the identity provider at the issuer's path. */
export async function startSimulator(settings: Settings, log: Log): Promise<{ close(): Promise<void> }> {
  enterSimulation(settings, log.warn);
  enterFence(settings, log.warn);
  const folder = join(settings.STELLWERK_HOME, 'simulator');
  const world = await World.open(folder, settings);
  const certificates = await openCertificates(folder, new URL(settings.simulatorUrl).hostname);
  world.fakes = await fakesOf(settings.ADAPTER_PACKAGES);
  const ablage = await Ablage.open(world, folder, new Dms(world, openSchemas(settings.XOEV_SCHEMAS)));
  const setup = { settings, world, certificates, ablage, folder, log };
  const running = await Promise.all(servers.map((start) => start(setup)));
  world.developmentValues = Object.assign({ simulator: settings.simulatorUrl }, ...running.map(({ values }) => values));
  const identity = await openIdentity(
    settings.issuer,
    settings.OIDC_AUDIENCE,
    join(folder, 'keys.json'),
    askForPseudonyms(settings.consoleUrl, settings.issuer),
  );
  const app = await NestFactory.create<NestFastifyApplication>(
    simulatorModule(world, { checks: {}, registry: metricsOf(world) }),
    new FastifyAdapter({ bodyLimit, forceCloseConnections: true }),
    { rawBody: true, logger: nestLogger(log) },
  );
  app.useBodyParser(/^(?!application\/(?:json|x-www-form-urlencoded))/, { bodyLimit }); // stays bytes
  app.use(new URL(settings.issuer).pathname, identity);
  app.use('/webdav', webdavServer(ablage));
  await app.listen(settings.SIMULATOR_PORT, settings.HOST);
  log.info('simulator ready', { port: settings.SIMULATOR_PORT });
  return {
    async close() {
      world.replies.close();
      await app.close();
      await Promise.all(running.map((server) => server.close()));
      await world.close();
    },
  };
}

function metricsOf(world: World): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app: 'simulator' });
  collectDefaultMetrics({ register: registry });
  const effects = new Gauge({
    name: 'simulator_effects',
    help: 'Effects kept, by system',
    labelNames: ['system'],
    registers: [registry],
    collect() {
      for (const system of systems) effects.set({ system }, world.effects[system].count);
    },
  });
  return registry;
}
