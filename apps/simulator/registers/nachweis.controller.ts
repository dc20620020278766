import { createHash } from 'node:crypto';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { World } from '../world/world.js';
import { problem, replaced, settle } from './answer.js';
import { holderOf } from './vehicles.js';

const question = z.object({
  nachweistyp: z.string().min(1),
  gegenstand: z.object({ kennzeichen: z.string().min(1), familienname: z.string().min(1) }),
  anfragendeStelle: z.string().regex(/^\d{12}$/),
  aktenzeichen: z.string().min(1),
  verarbeitungszweck: z.string().min(1),
  rechtsgrundlage: z.string().min(1),
});
type Question = z.infer<typeof question>;

const authorization = 'Bearer nachweis-dev-token';
/** Milliseconds until the evidence is there. */
const ready = 1_500;

/** A service that fetches evidence, and answers later. Every request is an effect; the requests themselves do not outlive a restart, and are then taken as new. */
@Controller('nachweise')
export class NachweisController {
  #requests = new Map<string, { question: Question; at: number }>();

  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = this.world.take('nachweis', { ars: undefined, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    settle(mode, reply, 200, { status: 'ok' });
  }

  @Post('anfragen')
  async request(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = question.safeParse(body);
    const ars = parsed.data?.anfragendeStelle;
    const mode = this.world.take('nachweis', { ars, delivery: true });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    const key = request.headers['idempotency-key'];
    if (!parsed.success || typeof key !== 'string')
      return problem(reply, 400, 'Das ist keine Anfrage nach einem Nachweis.');
    const at = new Date();
    const { aktenzeichen: submissionId } = parsed.data;
    await this.world.record('nachweis', { submissionId, idempotencyKey: key, at: at.toISOString(), ars: ars! }, 0);
    if (!this.#requests.has(key)) this.#requests.set(key, { question: parsed.data, at: at.getTime() });
    settle(mode, reply.header('retry-after', '2'), 202, { id: key, status: 'PENDING' });
  }

  @Get('anfragen/:id')
  status(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asked = this.#requests.get(id);
    const mode = this.world.take('nachweis', { ars: asked?.question.anfragendeStelle, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (!asked) return problem(reply, 410, 'Diese Anfrage ist hier nicht bekannt.');
    if (Date.now() - asked.at < ready)
      return settle(mode, reply.header('retry-after', '1'), 200, { id, status: 'PENDING' });
    settle(mode, reply, 200, { id, ...this.#answer(id, asked.question) });
  }

  #answer(id: string, { nachweistyp, gegenstand }: Question) {
    if (nachweistyp !== 'fahrzeughaltung') return { status: 'ERROR', code: 'UNKNOWN_EVIDENCE_TYPE' };
    const holder = holderOf(gegenstand);
    if (!holder) return { status: 'NOT_FOUND' };
    const sha256 = createHash('sha256').update(id).digest('hex');
    return {
      status: 'SUCCESSFUL',
      nachweis: {
        id: `ZB1-${id.slice(0, 8)}`,
        typ: nachweistyp,
        aussteller: holder.behoerde,
        ausgestelltAm: holder.zugelassenAm,
        merkmale: { kennzeichen: holder.kennzeichen, familienname: holder.familienname, vornamen: holder.vornamen },
        dokument: { referenz: `urn:uuid:${id}`, sha256, mimetype: 'application/pdf' },
      },
    };
  }
}
