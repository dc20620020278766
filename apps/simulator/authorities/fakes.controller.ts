import { All, Controller, Inject, Param, type RawBodyRequest, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';

/** What most bodies say of the submission that they are about. */
const aboutSchema = z.object({ submissionId: z.string().catch(''), ars: z.string().catch('') }).catch({
  submissionId: '',
  ars: '',
});

/** The targets that adapters bring along (`fake.ts` beside `adapter.ts`), each below its adapter's id. */
@Controller('fakes')
export class FakesController {
  constructor(@Inject(World) readonly world: World) {}

  @All([':id', ':id/*'])
  async answer(@Param('id') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Res() reply: FastifyReply) {
    const answer = this.world.fakes.get(id);
    if (!answer) return problem(reply, 404, texts.thereIs([...this.world.fakes.keys()].join(', ') || texts.none));
    const { method, headers } = request;
    const { submissionId, ars } = aboutSchema.parse(request.body);
    const mode = admit(this.world, 'fakes', { request, reply }, { ars, delivery: method !== 'GET' });
    if (!mode) return;
    const path = request.url.slice(`/fakes/${id}`.length) || '/';
    const effects = this.world.effects.fakes.keys();
    const before = effects.length;
    const answered = await answer({ method, path, headers, body: request.rawBody ?? Buffer.alloc(0) }, effects);
    for (const idempotencyKey of effects.slice(before))
      await this.world.record('fakes', { submissionId, idempotencyKey, at: new Date().toISOString(), ars }, 0);
    const body = typeof answered.body === 'object' && answered.body !== null ? answered.body : {};
    respond(mode, reply.headers(answered.headers ?? {}), answered.status, body);
  }
}
