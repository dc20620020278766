import { Controller, Get, Param, Post, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal, reach } from '#access/rights.js';
import type { Bodies } from '#intake/body.js';
import { demandMediaType, refuseEncoded } from '#intake/service-bw/media.js';
import { accept } from '#pipeline/accept.js';
import type { Relay } from '#pipeline/relay.js';
import { Problem } from '#problems/problem.js';
import { answeredBefore } from '#store/accept.js';
import type { Database } from '#store/database.js';
import { readSubmission } from '#store/submissions.js';
import type { EventType } from '#submission/events.js';
import type { Acceptance } from '#submission/submission.js';
import type { Door } from './door.js';
import type { Destination, Received } from './hand-over.js';
import { DescribePost, DescribeShow } from './openapi.js';
import { isUuid, readDestination, readFlag, readKey } from './query.js';
import { notAccepted } from './refusals.js';

interface Parts {
  db: Database;
  relay: Pick<Relay, 'wake'>;
  door: Door;
  bodies: Bodies;
  /** Told about every new submission. */
  onAccepted(): void;
}

const base = '/service-bw/v1/submissions';

/** A portal knows what it was told. */
const ofPortals = new Set<EventType>(['portal-informed', 'portal-not-informed']);

/** Takes submissions and says how they fare; never what is in them. Order of refusals: 401, 403, 404, then what is wrong with the content. */
export function submissionsController({ db, relay, door, bodies, onAccepted }: Parts): Type {
  @Controller(base)
  class SubmissionsController {
    @Post()
    @Needs('submissions:post')
    @DescribePost()
    async post(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Who() who: Principal) {
      const query = request.query as Record<string, unknown>;
      const where = readDestination(query);
      const destination = await tried(door.find(where));
      if (destination.refusal && request.headers['idempotency-key'] === undefined) throw destination.refusal;
      const validateOnly = readFlag(query, 'validateOnly');
      const idempotencyKey = readKey(request.headers['idempotency-key']);
      refuseEncoded(request.headers);
      demandMediaType(request.contentType);

      return bodies.hold(request.raw, async (body) => {
        const handOver = { contentType: request.contentType, body };
        const received = destination.value ? await tried(door.receive(destination.value, handOver)) : destination;
        const sender = { client: who.client, ...(idempotencyKey && { idempotencyKey }) };
        if (received.refusal) {
          const first = !validateOnly && (await answeredBefore(db, sender, () => door.hash(where, handOver)));
          if (!first) throw received.refusal;
          return answer(first);
        }
        if (validateOnly) {
          reply.status(200);
          return preview(destination.value!, received.value);
        }
        const { submission, skipped, contentHash } = received.value;
        const acceptance = await accept(
          { db, relay },
          submission,
          { ...sender, contentHash, traceparent: request.traceparent },
          skipped,
        );
        return answer(acceptance);
      });

      function answer(acceptance: Acceptance) {
        if (acceptance.kind !== 'accepted') throw notAccepted(acceptance.kind);
        const { submissionId, caseId, replayed } = acceptance;
        if (replayed) reply.header('idempotent-replayed', 'true');
        else onAccepted();
        request.about = { submissionId, ...where, client: who.client };
        const self = `${base}/${submissionId}`;
        reply.status(202).header('location', self);
        return { submissionId, caseId, state: 'accepted', self };
      }
    }

    @Get(':submissionId')
    @Needs('submissions:read')
    @DescribeShow()
    async show(@Param('submissionId') submissionId: string, @Who() who: Principal) {
      const found = isUuid(submissionId) ? await readSubmission(db, submissionId) : undefined;
      const mine =
        reach(who, 'submissions:read') === 'own'
          ? found?.client === who.client
          : found && may(who, 'submissions:read', found.ars);
      if (!found || !mine)
        throw new Problem('not-found', 'Diesen Antrag gibt es nicht, oder er kam von einem anderen Client.');
      const { client: _, events, ...view } = found;
      return { ...view, events: events.filter(({ type }) => !ofPortals.has(type)) };
    }
  }
  return SubmissionsController;
}

type Tried<T> = { value: T; refusal?: undefined } | { value?: undefined; refusal: Error };

/** Why something is refused is not told before it is known whether it is a repeat: that gets the first answer, whatever has changed since. */
const tried = <T>(work: Promise<T>): Promise<Tried<T>> =>
  work.then(
    (value) => ({ value }),
    (refusal: Error) => ({ refusal }),
  );

/** What would happen. */
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
