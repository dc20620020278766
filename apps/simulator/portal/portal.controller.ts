import { createHmac, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Inject, Post, type RawBodyRequest, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { problem } from '../world/respond.js';
import { World } from '../world/world.js';
import { callbackSecret } from './clients.js';

/** Milliseconds; an older call may be somebody's recording. */
const longestAge = 300_000;

const news = z.object({
  type: z.string(),
  submissions: z.array(z.object({ submissionId: z.string(), caseId: z.string() })),
});

/** service-bw's end of the callbacks: takes calls that are signed and fresh, and shows which it got. */
@Controller('portal')
export class PortalController {
  constructor(@Inject(World) readonly world: World) {}

  @Post('callback')
  take(@Req() request: RawBodyRequest<FastifyRequest>, @Res() reply: FastifyReply) {
    const timestamp = String(request.headers['callback-timestamp'] ?? '');
    const age = Math.abs(Date.now() - Number(timestamp) * 1000);
    if (!/^\d+$/.test(timestamp) || age > longestAge) return problem(reply, 401, texts.portal.tooOld);
    const body = request.rawBody ?? Buffer.alloc(0);
    if (!signed(body, timestamp, String(request.headers['callback-authentication'] ?? '')))
      return problem(reply, 401, texts.portal.wrongSignature);
    const parsed = news.safeParse(request.body);
    if (!parsed.success) return problem(reply, 400, texts.portal.noNews);
    this.world.keepCallback({ at: new Date().toISOString(), ...parsed.data });
    void reply.code(204).send();
  }

  @Get('callbacks')
  callbacks() {
    return this.world.callbacks;
  }
}

function signed(body: Buffer, timestamp: string, authentication: string): boolean {
  const expected = createHmac('sha512', callbackSecret).update(`${timestamp}.`).update(body).digest();
  const given = Buffer.from(authentication, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
