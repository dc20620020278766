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

/** Of a body that is no JSON, what its beginning says in the same words. */
function about(body: unknown): z.infer<typeof aboutSchema> {
  if (!Buffer.isBuffer(body)) return aboutSchema.parse(body);
  const text = body.toString('utf8', 0, 64 * 1024);
  const [, submissionId = ''] = /submissionId\W+([\da-f-]{36})/i.exec(text) ?? [];
  const [, ars = ''] = /\bars\W+(\d{12})\b/i.exec(text) ?? [];
  return { submissionId, ars };
}

/** The targets that adapters bring along (`fake.ts` beside `adapter.ts`), each below its adapter's id. */
@Controller('fakes')
export class FakesController {
  constructor(@Inject(World) readonly world: World) {}

  @All([':id', ':id/*'])
  async answer(@Param('id') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Res() reply: FastifyReply) {
    const answer = this.world.fakes.get(id);
    if (!answer) return problem(reply, 404, texts.thereIs([...this.world.fakes.keys()].join(', ') || texts.none));
    const { method, headers } = request;
    const { submissionId, ars } = about(request.body);
    const mode = admit(this.world, 'fakes', { request, reply }, { ars, delivery: method !== 'GET' });
    if (!mode) return;
    const path = request.url.slice(`/fakes/${id}`.length) || '/';
    const effects = this.world.effects.fakes.keys();
    const before = effects.length;
    const answered = await answer({ method, path, headers, body: request.rawBody ?? Buffer.alloc(0) }, effects);
    for (const idempotencyKey of effects.slice(before))
      await this.world.record('fakes', { submissionId, idempotencyKey, at: new Date().toISOString(), ars }, 0);
    const { status, headers: own = {}, bytes, text, body } = answered;
    const json = typeof body === 'object' && body !== null ? body : {};
    respond(mode, reply.headers(own), status, bytes ? Buffer.from(bytes) : (text ?? json));
  }
}
