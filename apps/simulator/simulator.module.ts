import { type DynamicModule, Module } from '@nestjs/common';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { FakesController } from './authorities/fakes.controller.js';
import { PostController } from './authorities/post.controller.js';
import { SteuerController } from './authorities/steuer.controller.js';
import { ControlController } from './control.controller.js';
import { PortalController } from './portal/portal.controller.js';
import { HandelsregisterController } from './registers/handelsregister.controller.js';
import { MelderegisterController } from './registers/melderegister.controller.js';
import { NachweisController } from './registers/nachweis.controller.js';
import { XmeldController } from './registers/xmeld.controller.js';
import { World } from './world/world.js';

/** Systems to deliver to and to ask, and the controls that disturb them. */
@Module({})
export class SimulatorModule {}

export const simulatorModule = (world: World, telemetry: TelemetryParts): DynamicModule => ({
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
    TelemetryController,
  ],
  providers: [
    { provide: World, useValue: world },
    { provide: TelemetryParts, useValue: telemetry },
  ],
});
