import { Controller, Get, Header, Inject } from '@nestjs/common';
import { systems } from './faults.js';
import { World } from './world.js';

@Controller()
export class HealthController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  @Get('health/ready')
  ready() {
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics() {
    const lines = systems.map(
      (system) => `simulator_effects_total{system="${system}"} ${this.world.effects[system].count}`,
    );
    return `# TYPE simulator_effects_total counter\n${lines.join('\n')}\n`;
  }
}
