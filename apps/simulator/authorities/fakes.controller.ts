import { All, Controller, Inject, Param, type RawBodyRequest, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, replaced, settle } from '../registers/answer.js';
import { World } from '../world/world.js';

/** The targets that adapters bring along (`fake.ts` beside `adapter.ts`), each below its adapter's id. */
@Controller('fakes')
export class FakesController {
  constructor(@Inject(World) readonly world: World) {}

  @All([':id', ':id/*'])
  async answer(@Param('id') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Res() reply: FastifyReply) {
    const answer = this.world.fakes.get(id);
    if (!answer) return problem(reply, 404, `Es gibt ${[...this.world.fakes.keys()].join(', ') || 'keine'}.`);
    const { method, headers } = request;
    const said = (request.body ?? {}) as { submissionId?: unknown; ars?: unknown };
    const ars = typeof said.ars === 'string' ? said.ars : '';
    const mode = this.world.take('fakes', { ars, delivery: method !== 'GET' });
    if (replaced(mode, reply)) return;
    const path = request.url.slice(`/fakes/${id}`.length) || '/';
    const effects = this.world.effects.fakes.keys();
    const before = effects.length;
    const {
      status,
      headers: own = {},
      body,
    } = answer({ method, path, headers, body: request.rawBody ?? Buffer.alloc(0) }, effects);
    for (const idempotencyKey of effects.slice(before)) {
      const submissionId = typeof said.submissionId === 'string' ? said.submissionId : '';
      await this.world.record('fakes', { submissionId, idempotencyKey, at: new Date().toISOString(), ars }, 0);
    }
    settle(mode, reply.headers(own), status, (body ?? {}) as object);
  }
}
