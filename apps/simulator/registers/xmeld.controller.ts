import { Body, Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { texts } from '../texts.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';
import { authorization } from './melderegister.controller.js';
import { answerTo, readQuestion } from './xmeld.js';

/**
 * The population register in the shape of XMeld: several persons in one message. Every message that it answers is an
 * effect.
 */
@Controller('melderegister')
export class XmeldController {
  constructor(@Inject(World) readonly world: World) {}

  @Post('datenabruf')
  async lookup(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const question = readQuestion(body);
    const ars = question?.ars;
    const mode = admit(this.world, 'melderegister', { request, reply }, { ars, delivery: true, authorization });
    if (!mode) return;
    if (!question) return problem(reply, 400, texts.melderegister.noQuestion);
    const { submissionId, uuid } = question;
    const effect = { submissionId, idempotencyKey: uuid, at: new Date().toISOString(), ars: question.ars };
    await this.world.record('melderegister', effect, 0);
    respond(mode, reply.type('application/xml'), 200, answerTo(question));
  }
}
