import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';
import { entriesOf } from './companies.js';

const questionSchema = z.object({
  gericht: z.string().min(1),
  art: z.string().min(1),
  nummer: z.string().min(1),
  angaben: z.array(z.string()).min(1),
  aktenzeichen: z.string().min(1),
  zweck: z.string().min(1),
  rechtsgrundlage: z.string().min(1),
});
const authorization = 'Bearer handelsregister-dev-token';

/** The commercial register. Every question that it answers is an effect. */
@Controller('handelsregister')
export class HandelsregisterController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = admit(this.world, 'handelsregister', { request, reply }, { delivery: false, authorization });
    if (mode) respond(mode, reply, 200, { status: 'ok' });
  }

  @Post('suche')
  async search(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = admit(this.world, 'handelsregister', { request, reply }, { delivery: true, authorization });
    if (!mode) return;
    const parsed = questionSchema.safeParse(body);
    if (!parsed.success) return problem(reply, 400, texts.handelsregister.noQuestion);
    const { aktenzeichen: submissionId, nummer, angaben } = parsed.data;
    const key = request.headers['x-request-id'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const effect = { submissionId, idempotencyKey, at: new Date().toISOString(), ars: '' };
    await this.world.record('handelsregister', effect, 0);
    const names = ['gericht', 'art', 'nummer', ...angaben];
    const treffer = entriesOf(nummer).map((one) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => names.includes(name))),
    );
    respond(mode, reply, 200, { treffer });
  }
}
