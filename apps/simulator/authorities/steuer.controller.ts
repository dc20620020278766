import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Param, Post, type RawBodyRequest, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem, replaced, settle } from '../registers/answer.js';
import { World } from '../world/world.js';

const delivery = z.object({ submissionId: z.string().min(1), ars: z.string() });
const authorization = 'Bearer steuer-dev-token';

/** The tax office's Fachverfahren: takes deliveries, knows their keys. With an ARS in the path it answers as that municipality's own system. */
@Controller(['steuer', 'steuer/:ars'])
export class SteuerController {
  constructor(@Inject(World) readonly world: World) {}

  @Post('deliveries')
  async deliver(@Req() request: RawBodyRequest<FastifyRequest>, @Res() reply: FastifyReply) {
    const parsed = delivery.safeParse(request.body);
    const { ars } = request.params as { ars?: string };
    const mode = this.world.take('steuer', { ars: ars ?? parsed.data?.ars, delivery: true });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (!parsed.success) return problem(reply, 400, 'Das ist keine Sendung.');
    const key = request.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const effect = {
      submissionId: parsed.data.submissionId,
      idempotencyKey,
      at: new Date().toISOString(),
      ars: parsed.data.ars,
    };
    const outcome = await this.world.record('steuer', effect, fingerprint(request.rawBody!));
    if (outcome === 'conflict') return problem(reply, 422, 'Dieser Schlüssel gehört zu einer anderen Sendung.');
    if (outcome === 'recorded' && idempotencyKey) this.world.replies?.delivered({ ...effect, key: idempotencyKey });
    settle(mode, reply, outcome === 'recorded' ? 201 : 200, { reference: referenceOf(idempotencyKey) });
  }

  /** How it fares, and what there is to say about it. */
  @Get('deliveries/:reference/status')
  async status(
    @Param() { reference, ars }: { reference: string; ars?: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const mode = this.world.take('steuer', { ars, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    const key = await this.world.effects.steuer.keyLike(reference.replace(referencePrefix, ''));
    if (!key) return problem(reply, 404, 'Dieses Aktenzeichen gibt es nicht.');
    const { replies, done } = await this.world.replies!.asked({ key, ars: ars ?? '*' });
    settle(mode, reply, 200, { status: done ? 'delivered' : 'pending', replies });
  }

  @Get('deliveries/:key')
  async find(
    @Param() { key, ars }: { key: string; ars?: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const mode = this.world.take('steuer', { ars, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (await this.world.effects.steuer.has(key)) settle(mode, reply, 200, { reference: referenceOf(key) });
    else settle(mode, reply, 404, { status: 404, detail: 'Diese Sendung ist nicht angekommen.' });
  }
}

const referencePrefix = 'STEUER-';
const referenceOf = (key: string | null) => `${referencePrefix}${(key ?? crypto.randomUUID()).slice(0, 18)}`;

/** 48 bits of SHA-256: enough to notice other content under the same key. */
export const fingerprint = (bytes: Buffer) => createHash('sha256').update(bytes).digest().readUIntBE(0, 6);
