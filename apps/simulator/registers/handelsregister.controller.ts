import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { World } from '../world/world.js';
import { problem, replaced, settle } from './answer.js';
import { entriesOf } from './companies.js';

const question = z.object({
  gericht: z.string().min(1),
  art: z.string().min(1),
  nummer: z.string().min(1),
  angaben: z.array(z.string()).min(1),
  aktenzeichen: z.string().min(1),
  zweck: z.string().min(1),
  rechtsgrundlage: z.string().min(1),
});
const authorization = 'Bearer handelsregister-dev-token';

/** The commercial register. Every question it has answered is an effect. */
@Controller('handelsregister')
export class HandelsregisterController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = this.world.take('handelsregister', { ars: undefined, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    settle(mode, reply, 200, { status: 'ok' });
  }

  @Post('suche')
  async search(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = question.safeParse(body);
    const mode = this.world.take('handelsregister', { ars: undefined, delivery: true });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (!parsed.success) return problem(reply, 400, 'Das ist keine Anfrage an das Handelsregister.');
    const { aktenzeichen: submissionId, nummer, angaben } = parsed.data;
    const key = request.headers['x-request-id'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const effect = { submissionId, idempotencyKey, at: new Date().toISOString(), ars: '' };
    await this.world.record('handelsregister', effect, 0);
    const names = ['gericht', 'art', 'nummer', ...angaben];
    const told = entriesOf(nummer).map((one) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => names.includes(name))),
    );
    settle(mode, reply, 200, { treffer: told });
  }
}
