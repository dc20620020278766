import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal, reach } from '#access/rights.js';
import { demandMediaType, refuseEncoded } from '#intake/service-bw/media.js';
import { Problem } from '#problems/problem.js';
import { answeredBefore } from '#store/accept.js';
import { readSubmission } from '#store/submissions.js';
import type { EventType } from '#submission/events.js';
import type { Acceptance } from '#submission/submission.js';
import type { Address, Destination, Received } from './hand-over.js';
import { DescribePost, DescribeShow } from './openapi-submissions.js';
import { GatewayParts } from './parts.js';
import { notAccepted } from './refusals.js';
import { isUuid, readAddress, readFlag, readIdempotencyKey } from './request-values.js';
import { texts } from './texts.js';

export const submissionsAddress = '/service-bw/v1/submissions';

/** Events about telling the portal, which the portal itself need not read. */
const aboutPortals = new Set<EventType>(['portal-informed', 'portal-not-informed']);

type Request = FastifyRequest<{ Querystring: Record<string, unknown> }>;

/**
 * Takes submissions and shows their state, never their payload. Refuses in this order: 401, 403, 404, then whatever is
 * wrong with the content.
 */
@Controller(submissionsAddress)
export class SubmissionsController {
  constructor(private readonly parts: GatewayParts) {}

  @Post()
  @Needs('submissions:post')
  @DescribePost()
  async post(@Req() request: Request, @Res({ passthrough: true }) reply: FastifyReply, @Who() who: Principal) {
    const { db, accept, reception, bodies, personsOf } = this.parts;
    const address = readAddress(request.query);
    const destination = await orRefusal(reception.findDestination(address));
    if (destination.refusal && request.headers['idempotency-key'] === undefined) throw destination.refusal;
    const validateOnly = readFlag(request.query, 'validateOnly');
    const idempotencyKey = readIdempotencyKey(request.headers['idempotency-key']);
    refuseEncoded(request.headers);
    demandMediaType(request.contentType);
    const sender = { client: who.client, ...(idempotencyKey && { idempotencyKey }) };
    const answer = (acceptance: Acceptance) => this.answer(acceptance, { request, reply, address, who });

    return bodies.hold(request.raw, who.client, async (body) => {
      const handOver = { contentType: request.contentType, body };
      const received = destination.value
        ? await orRefusal(reception.receive(destination.value, handOver))
        : destination;
      if (received.refusal) {
        const first =
          !validateOnly && (await answeredBefore(db, sender, () => reception.contentHash(address, handOver)));
        if (!first) throw received.refusal;
        return answer(first);
      }
      if (validateOnly) {
        reply.status(200);
        return preview(destination.value!, received.value);
      }
      const { submission, skipped, contentHash, handle } = received.value;
      const { traceparent } = request;
      const persons = personsOf({ data: submission.data, handle }, destination.value!.process.person);
      return answer(await accept({ submission, sender: { ...sender, contentHash, traceparent }, skipped, persons }));
    });
  }

  @Get(':submissionId')
  @Needs('submissions:read')
  @DescribeShow()
  async show(@Param('submissionId') submissionId: string, @Who() who: Principal) {
    const { db, numbers } = this.parts;
    const found = isUuid(submissionId) ? await readSubmission(db, submissionId, numbers) : undefined;
    const mine =
      reach(who, 'submissions:read') === 'own'
        ? found?.client === who.client
        : found && may(who, 'submissions:read', found.ars);
    if (!found || !mine) throw new Problem('not-found', texts.notFound.submission);
    const { client: _, events, ...view } = found;
    return { ...view, events: events.filter(({ type }) => !aboutPortals.has(type)) };
  }

  /** 202 with the submission's id. Throws {@link Problem} where nothing was accepted. */
  private answer(
    acceptance: Acceptance,
    { request, reply, address, who }: { request: Request; reply: FastifyReply; address: Address; who: Principal },
  ) {
    if (acceptance.kind !== 'accepted') throw notAccepted(acceptance.kind);
    const { submissionId, number, caseId, replayed } = acceptance;
    if (replayed) reply.header('idempotent-replayed', 'true');
    else this.parts.metrics.submissionsAccepted.inc();
    request.about = { submissionId, ...address, client: who.client };
    const self = `${submissionsAddress}/${submissionId}`;
    reply.status(202).header('location', self);
    return { submissionId, number: this.parts.numbers.write(number), caseId, state: 'accepted', self };
  }
}

type ValueOrRefusal<T> = { value: T; refusal?: undefined } | { value?: undefined; refusal: Error };

/**
 * Holds a refusal back until it is known whether the request repeats an earlier one. A repeat gets the first answer,
 * whatever has changed since.
 */
const orRefusal = <T>(work: Promise<T>): Promise<ValueOrRefusal<T>> =>
  work.then(
    (value) => ({ value }),
    (refusal: Error) => ({ refusal }),
  );

/** What would happen to a hand-over. */
function preview({ process, leistung, ars }: Destination, { submission, skipped }: Received) {
  return {
    valid: true,
    leistung,
    ars,
    process: { title: process.title, version: process.version },
    schema: submission.schema,
    steps: submission.steps,
    skipped,
    attachments: submission.attachments.length,
  };
}
