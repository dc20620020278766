import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Header,
  Inject,
  NotFoundException,
  Param,
  Put,
  Query,
  StreamableFile,
} from '@nestjs/common';
import type { ZodType } from 'zod';
import { texts } from './texts.js';
import { boxPlanSchema } from './world/boxes.js';
import { faultSchema, perSystem, type System, systems } from './world/faults.js';
import { replyPlanSchema } from './world/steuer-replies.js';
import { World } from './world/world.js';

/** Faults on demand, plans for replies, effects to count. */
@Controller('control')
export class ControlController {
  constructor(@Inject(World) readonly world: World) {}

  @Put('faults/:system')
  setFault(@Param('system') name: string, @Body() body: unknown) {
    const fault = parsed(faultSchema, body);
    this.world.faults.set(systemOf(name), fault);
    return this.world.faults.list();
  }

  @Get('faults')
  faults() {
    return this.world.faults.list();
  }

  /** Whether and how the tax office answers what is delivered from now on. */
  @Put('replies/steuer')
  setReplies(@Body() body: unknown) {
    return this.world.replies.set(parsed(replyPlanSchema, body));
  }

  /** Whether and how the authority behind the XTA account answers what is delivered from now on. */
  @Put('replies/xta')
  setBoxPlan(@Body() body: unknown) {
    this.world.boxes.plan = parsed(boxPlanSchema, body);
    return this.world.boxes.plan;
  }

  /** `since`: how many effects the caller has seen already. */
  @Get('effects/:system')
  effects(@Param('system') name: string, @Query('since') since?: string) {
    const effects = this.world.effects[systemOf(name)];
    return new StreamableFile(effects.list(Math.max(0, Number(since) || 0)), { type: 'application/json' });
  }

  @Get('effects/:system/count')
  count(@Param('system') name: string) {
    return { count: this.world.effects[systemOf(name)].count };
  }

  /** Addresses and credentials of the simulated systems, for `schemas/parameters/development.json`. */
  @Get('development')
  @Header('cache-control', 'no-store')
  development() {
    return this.world.developmentValues;
  }

  @Get('stats')
  @Header('cache-control', 'no-store')
  stats() {
    return perSystem((system) => ({ effects: this.world.effects[system].count, ...this.world.counts[system] }));
  }
}

function systemOf(name: string): System {
  const system = systems.find((one) => one === name);
  if (!system) throw new NotFoundException(texts.thereIs(systems.join(', ')));
  return system;
}

function parsed<T>(schema: ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body);
  if (!success) throw new BadRequestException(error.issues[0]!.message);
  return data;
}
