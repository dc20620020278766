import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '#settings/settings.js';
import { ControlController } from './control.controller.js';
import { HealthController } from './health.controller.js';
import { openIdentity } from './identity.js';
import { MelderegisterController } from './melderegister.controller.js';
import { SteuerController } from './steuer.controller.js';
import { World } from './world.js';

const bodyLimit = 64 * 1024 * 1024;

@Module({})
export class SimulatorModule {
  static of(world: World): DynamicModule {
    return {
      module: SimulatorModule,
      controllers: [SteuerController, MelderegisterController, ControlController, HealthController],
      providers: [{ provide: World, useValue: world }],
    };
  }
}

/** Starts the world around Stellwerk on `SIMULATOR_PORT`; the issuer is mounted at its own path. */
export async function openSimulator(settings: Settings): Promise<{ close(): Promise<void> }> {
  const folder = join(settings.STELLWERK_HOME, 'simulator');
  const world = await World.open(folder);
  const identity = await openIdentity(settings.issuer, settings.OIDC_AUDIENCE, join(folder, 'keys.json'));
  const adapter = new FastifyAdapter({ bodyLimit, forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(SimulatorModule.of(world), adapter, {
    rawBody: true,
    logger: ['error', 'warn'],
  });
  app.use(new URL(settings.issuer).pathname, identity);
  await app.listen(settings.SIMULATOR_PORT, settings.HOST);
  return {
    async close() {
      await app.close();
      await world.close();
    },
  };
}
