import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem, replaced, settle } from './answer.js';
import { findPerson } from './persons.js';
import { World } from './world.js';

const question = z.object({
  requestedBy: z.string().regex(/^\d{12}$/),
  submissionId: z.string().min(1),
  purpose: z.string().min(1),
  legalBasis: z.string().min(1),
  subject: z.record(z.string(), z.unknown()),
  attributes: z.array(z.string()).min(1),
});
const authorization = 'Bearer melderegister-dev-token';

/** The population register: answers an authority about one person. Every lookup it has answered is an effect. */
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
      { submissionId, idempotencyKey: null, at: new Date().toISOString(), ars },
      0,
    );
    const person = findPerson(subject);
    if (!person) return settle(mode, reply, 200, { result: 'notFound' });
    const known = Object.entries(person).filter(([name]) => attributes.includes(name));
    settle(mode, reply, 200, { result: 'found', attributes: Object.fromEntries(known) });
  }
}
