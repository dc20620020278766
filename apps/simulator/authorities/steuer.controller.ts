import { Controller, Get, Inject, Param, Post, type RawBodyRequest, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { fingerprint } from '../world/fingerprint.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';

const deliverySchema = z.object({ submissionId: z.string().min(1), ars: z.string() });
const authorization = 'Bearer steuer-dev-token';

/**
 * The tax office's Fachverfahren: takes deliveries, knows their keys. With an ARS in the path it answers as that
 * municipality's own system.
 */
@Controller(['steuer', 'steuer/:ars'])
export class SteuerController {
  constructor(@Inject(World) readonly world: World) {}

  @Post('deliveries')
  async deliver(
    @Param() { ars: ownArs }: { ars?: string },
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Res() reply: FastifyReply,
  ) {
    const parsed = deliverySchema.safeParse(request.body);
    const ars = ownArs ?? parsed.data?.ars;
    const mode = admit(this.world, 'steuer', { request, reply }, { ars, delivery: true, authorization });
    if (!mode) return;
    if (!parsed.success) return problem(reply, 400, texts.steuer.noDelivery);
    const key = request.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const effect = { ...parsed.data, idempotencyKey, at: new Date().toISOString() };
    const outcome = await this.world.record('steuer', effect, fingerprint(request.rawBody!));
    if (outcome === 'conflict') return problem(reply, 422, texts.steuer.conflict);
    if (outcome === 'recorded' && idempotencyKey) this.world.replies.delivered({ ...effect, key: idempotencyKey });
    respond(mode, reply, outcome === 'recorded' ? 201 : 200, { reference: referenceOf(idempotencyKey) });
  }

  /** Tells whether more replies to a delivery will come, and which there are so far. */
  @Get('deliveries/:reference/status')
  async status(
    @Param() { reference, ars }: { reference: string; ars?: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const mode = admit(this.world, 'steuer', { request, reply }, { ars, delivery: false, authorization });
    if (!mode) return;
    const key = await this.world.effects.steuer.keyLike(reference.replace(referencePrefix, ''));
    if (!key) return problem(reply, 404, texts.steuer.unknownReference);
    const { replies, done } = await this.world.replies.repliesNow({ key, ars: ars ?? '*' });
    respond(mode, reply, 200, { status: done ? 'delivered' : 'pending', replies });
  }

  @Get('deliveries/:key')
  async find(
    @Param() { key, ars }: { key: string; ars?: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const mode = admit(this.world, 'steuer', { request, reply }, { ars, delivery: false, authorization });
    if (!mode) return;
    if (await this.world.effects.steuer.has(key)) respond(mode, reply, 200, { reference: referenceOf(key) });
    else respond(mode, reply, 404, { status: 404, detail: texts.steuer.absent });
  }
}

const referencePrefix = 'STEUER-';
const referenceOf = (key: string | null) => `${referencePrefix}${(key ?? crypto.randomUUID()).slice(-18)}`;
