import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { World } from '../world/world.js';
import { problem, replaced, settle } from './answer.js';
import { findPersons } from './persons.js';

const question = z.object({
  requestedBy: z.string().regex(/^\d{12}$/),
  submissionId: z.string().min(1),
  purpose: z.string().min(1),
  legalBasis: z.string().min(1),
  subject: z.record(z.string(), z.unknown()),
  attributes: z.array(z.string()).min(1),
});
export const authorization = 'Bearer melderegister-dev-token';

/** The population register as version 1 of its adapter asks it: in JSON, about one person. Every lookup it has answered is an effect. */
@Controller('melderegister')
export class MelderegisterController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = this.world.take('melderegister', { ars: undefined, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    settle(mode, reply, 200, { status: 'ok' });
  }

  @Post('lookup')
  async lookup(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = question.safeParse(body);
    const mode = this.world.take('melderegister', { ars: parsed.data?.requestedBy, delivery: true });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (!parsed.success) return problem(reply, 400, 'Das ist keine Anfrage an das Melderegister.');
    const { requestedBy: ars, submissionId, subject, attributes } = parsed.data;
    await this.world.record(
      'melderegister',
      { submissionId, idempotencyKey: keyOf(request), at: new Date().toISOString(), ars },
      0,
    );
    const [person, another] = findPersons(subject);
    if (!person || another) return settle(mode, reply, 200, { result: 'notFound' });
    const known = Object.entries(person).filter(([name]) => attributes.includes(name));
    settle(mode, reply, 200, { result: 'found', attributes: Object.fromEntries(known) });
  }
}

function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers['x-request-id'];
  return typeof key === 'string' ? key : null;
}
