import { type DynamicModule, Module } from '@nestjs/common';
import { telemetryController } from '#telemetry/controller.js';
import { ControlController } from './control.controller.js';
import { FakesController } from './fakes.controller.js';
import { HandelsregisterController } from './handelsregister.controller.js';
import { MelderegisterController } from './melderegister.controller.js';
import { NachweisController } from './nachweis.controller.js';
import { PortalController } from './portal.controller.js';
import { PostController } from './post.controller.js';
import { SteuerController } from './steuer.controller.js';
import { World } from './world.js';
import { XmeldController } from './xmeld.controller.js';

/** Systems to deliver to and to ask, and the desk from which they are disturbed. */
@Module({})
export class SimulatorModule {}

export const simulatorModule = (world: World, telemetry: Parameters<typeof telemetryController>[0]): DynamicModule => ({
  module: SimulatorModule,
  controllers: [
    SteuerController,
    MelderegisterController,
    XmeldController,
    HandelsregisterController,
    NachweisController,
    PortalController,
    FakesController,
    PostController,
    ControlController,
    telemetryController(telemetry),
  ],
  providers: [{ provide: World, useValue: world }],
});
