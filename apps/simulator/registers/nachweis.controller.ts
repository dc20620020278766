import { createHash } from 'node:crypto';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { texts } from '../texts.js';
import { admit, problem, respond } from '../world/respond.js';
import { World } from '../world/world.js';
import { holderOf } from './vehicles.js';

const questionSchema = z.object({
  nachweistyp: z.string().min(1),
  gegenstand: z.object({ kennzeichen: z.string().min(1), familienname: z.string().min(1) }),
  anfragendeStelle: z.string().regex(/^\d{12}$/),
  aktenzeichen: z.string().min(1),
  verarbeitungszweck: z.string().min(1),
  rechtsgrundlage: z.string().min(1),
});
type Question = z.infer<typeof questionSchema>;

const authorization = 'Bearer nachweis-dev-token';
/** Milliseconds until the evidence is there. */
const readyAfter = 1_500;

/**
 * A service that fetches evidence, and answers later. Every request is an effect. The requests themselves do not
 * outlive a restart, and are then taken as new.
 */
@Controller('nachweise')
export class NachweisController {
  /** By idempotency key. */
  readonly #requests = new Map<string, { question: Question; at: number }>();

  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = admit(this.world, 'nachweis', { request, reply }, { delivery: false, authorization });
    if (mode) respond(mode, reply, 200, { status: 'ok' });
  }

  @Post('anfragen')
  async request(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = questionSchema.safeParse(body);
    const ars = parsed.data?.anfragendeStelle;
    const mode = admit(this.world, 'nachweis', { request, reply }, { ars, delivery: true, authorization });
    if (!mode) return;
    const key = request.headers['idempotency-key'];
    if (!parsed.success || typeof key !== 'string') return problem(reply, 400, texts.nachweis.noQuestion);
    const at = new Date();
    const { aktenzeichen: submissionId, anfragendeStelle } = parsed.data;
    const effect = { submissionId, idempotencyKey: key, at: at.toISOString(), ars: anfragendeStelle };
    await this.world.record('nachweis', effect, 0);
    if (!this.#requests.has(key)) this.#requests.set(key, { question: parsed.data, at: at.getTime() });
    respond(mode, reply.header('retry-after', '2'), 202, { id: key, status: 'PENDING' });
  }

  @Get('anfragen/:id')
  status(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asked = this.#requests.get(id);
    const ars = asked?.question.anfragendeStelle;
    const mode = admit(this.world, 'nachweis', { request, reply }, { ars, delivery: false, authorization });
    if (!mode) return;
    if (!asked) return problem(reply, 410, texts.nachweis.unknownRequest);
    if (Date.now() - asked.at < readyAfter)
      return respond(mode, reply.header('retry-after', '1'), 200, { id, status: 'PENDING' });
    respond(mode, reply, 200, { id, ...this.#answer(id, asked.question) });
  }

  #answer(id: string, { nachweistyp, gegenstand }: Question) {
    if (nachweistyp !== 'fahrzeughaltung') return { status: 'ERROR', code: 'UNKNOWN_EVIDENCE_TYPE' };
    const holder = holderOf(gegenstand);
    if (!holder) return { status: 'NOT_FOUND' };
    const sha256 = createHash('sha256').update(id).digest('hex');
    return {
      status: 'SUCCESSFUL',
      nachweis: {
        id: `ZB1-${id.slice(-8)}`,
        typ: nachweistyp,
        aussteller: holder.behoerde,
        ausgestelltAm: holder.zugelassenAm,
        merkmale: { kennzeichen: holder.kennzeichen, familienname: holder.familienname, vornamen: holder.vornamen },
        dokument: { referenz: `urn:uuid:${id}`, sha256, mimetype: 'application/pdf' },
      },
    };
  }
}
