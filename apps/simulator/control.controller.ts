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
import { faultSchema, type System, systems } from './world/faults.js';
import { replyPlanSchema } from './world/replies.js';
import { World } from './world/world.js';
import { boxPlanSchema } from './world/xta-box.js';

/** The director's desk: faults on demand, effects to count. */
@Controller('control')
export class ControlController {
  constructor(@Inject(World) readonly world: World) {}

  @Put('faults/:system')
  setFault(@Param('system') name: string, @Body() body: unknown) {
    const parsed = faultSchema.safeParse(body);
    if (!parsed.success) throw new BadRequestException(parsed.error.issues[0]!.message);
    this.world.faults.set(systemOf(name), parsed.data);
    return this.world.faults.list();
  }

  @Get('faults')
  faults() {
    return this.world.faults.list();
  }

  /** Whether and how the tax office answers what is delivered from now on. */
  @Put('replies/steuer')
  setReplies(@Body() body: unknown) {
    const parsed = replyPlanSchema.safeParse(body);
    if (!parsed.success) throw new BadRequestException(parsed.error.issues[0]!.message);
    return this.world.replies!.set(parsed.data);
  }

  /** Whether and how the authority behind the XTA account answers what is delivered from now on. */
  @Put('replies/xta')
  setBoxPlan(@Body() body: unknown) {
    const parsed = boxPlanSchema.safeParse(body);
    if (!parsed.success) throw new BadRequestException(parsed.error.issues[0]!.message);
    this.world.boxes.plan = parsed.data;
    return parsed.data;
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
    return this.world.values;
  }

  @Get('stats')
  @Header('cache-control', 'no-store')
  stats() {
    return Object.fromEntries(
      systems.map((system) => [system, { effects: this.world.effects[system].count, ...this.world.counts[system] }]),
    );
  }
}

function systemOf(name: string): System {
  const system = systems.find((one) => one === name);
  if (!system) throw new NotFoundException(`Es gibt ${systems.join(', ')}.`);
  return system;
}
