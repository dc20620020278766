import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';
import { findPersons } from './persons.js';

const questionSchema = z.object({
  requestedBy: z.string().regex(/^\d{12}$/),
  submissionId: z.string().min(1),
  purpose: z.string().min(1),
  legalBasis: z.string().min(1),
  subject: z.record(z.string(), z.unknown()),
  attributes: z.array(z.string()).min(1),
});
export const authorization = 'Bearer melderegister-dev-token';

/**
 * The population register as version 1 of its adapter asks it: in JSON, about one person. Every lookup that it answers
 * is an effect.
 */
@Controller('melderegister')
export class MelderegisterController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = admit(this.world, 'melderegister', { request, reply }, { delivery: false, authorization });
    if (mode) respond(mode, reply, 200, { status: 'ok' });
  }

  @Post('lookup')
  async lookup(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = questionSchema.safeParse(body);
    const ars = parsed.data?.requestedBy;
    const mode = admit(this.world, 'melderegister', { request, reply }, { ars, delivery: true, authorization });
    if (!mode) return;
    if (!parsed.success) return problem(reply, 400, texts.melderegister.noQuestion);
    const { requestedBy, submissionId, subject, attributes } = parsed.data;
    const effect = { submissionId, idempotencyKey: keyOf(request), at: new Date().toISOString(), ars: requestedBy };
    await this.world.record('melderegister', effect, 0);
    const [person, another] = findPersons(subject);
    if (!person || another) return respond(mode, reply, 200, { result: 'notFound' });
    const known = Object.entries(person).filter(([name]) => attributes.includes(name));
    respond(mode, reply, 200, { result: 'found', attributes: Object.fromEntries(known) });
  }
}

function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers['x-request-id'];
  return typeof key === 'string' ? key : null;
}
