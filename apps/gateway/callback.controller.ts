import { Controller, Delete, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { egressOf } from '#adapter-host/egress.js';
import { permitted, Refused } from '#adapter-host/http.js';
import { Bodies } from '#intake/body.js';
import { demandJson } from '#intake/fachverfahren/reply.js';
import { type NewCallback, readCallback as readBody } from '#intake/service-bw/callback.js';
import { refuseEncoded } from '#intake/service-bw/media.js';
import { seal } from '#parameters/secrets.js';
import { sealedFor } from '#pipeline/inform.js';
import { Problem } from '#problems/problem.js';
import type { Settings } from '#settings/settings.js';
import { noteAction } from '#store/actions.js';
import { dropCallback, readCallback, saveCallback } from '#store/sql/inform.js';
import { DescribeCallback } from './openapi-callback.js';
import { GatewayParts } from './parts.js';
import { texts } from './texts.js';

/** In bytes. */
const bodyLimit = 16 * 1024;

/** The address that a portal registers to hear of news, one for each client. Its secret is stored and never shown. */
@Controller('/service-bw/v1/callback')
export class CallbackController {
  private readonly bodies: Bodies;

  constructor(private readonly parts: GatewayParts) {
    this.bodies = new Bodies({ size: bodyLimit, rate: parts.settings.LIMIT_BODY_RATE });
  }

  @Put()
  @Needs('callback:write')
  @DescribeCallback('put')
  async put(@Req() request: FastifyRequest, @Who() who: Principal) {
    const { db, key, settings } = this.parts;
    refuseEncoded(request.headers);
    demandJson(request.contentType);
    return this.bodies.hold(request.raw, who.client, async (body) => {
      const callback = readBody(body);
      demandReachable(callback, settings);
      const secret = seal(key, sealedFor(who.client), callback.secret);
      const at = db.now();
      const { client } = who;
      await db.transaction(async (sql) => {
        await saveCallback(sql, { client, url: callback.url, secret, at });
        const reason = new URL(callback.url).host;
        await noteAction(sql, { at, actor: client, type: 'callback-set', subject: client, reason });
      });
      return this.find(who);
    });
  }

  @Get()
  @Needs('callback:read')
  @DescribeCallback('show')
  show(@Who() who: Principal) {
    return this.find(who);
  }

  @Delete()
  @HttpCode(204)
  @Needs('callback:write')
  @DescribeCallback('drop')
  async drop(@Who() who: Principal) {
    const { db } = this.parts;
    const { client } = who;
    const dropped = await db.transaction(async (sql) => {
      const found = await dropCallback(sql, { client });
      if (found) await noteAction(sql, { at: db.now(), actor: client, type: 'callback-removed', subject: client });
      return found;
    });
    if (!dropped) await this.find(who);
  }

  @Post('test')
  @HttpCode(200)
  @Needs('callback:write')
  @DescribeCallback('test')
  async test(@Who() who: Principal) {
    return (await this.parts.informer.test(who.client)) ?? this.find(who);
  }

  /** Throws {@link Problem} `not-found`. */
  private async find({ client }: Principal) {
    const callback = await readCallback(this.parts.db, { client });
    if (!callback) throw new Problem('not-found', texts.notFound.callback);
    const { url, since, failures, reason } = callback;
    return { url, since: since.toISOString(), failures, reason };
  }
}

/**
 * The rule for every outbound call: HTTPS, plain HTTP only to this host and to those named for development, no
 * credentials in the address, and no address in a network that is not allowed.
 */
function demandReachable({ url }: NewCallback, settings: Settings): void {
  const { DEVELOPMENT_HOSTS: developmentHosts } = settings;
  try {
    permitted(url, { hosts: new Map([[new URL(url).host, 'url']]), developmentHosts, egress: egressOf(settings) });
  } catch (error) {
    const message = texts.callbackAddress[error instanceof Refused ? error.why : 'plain'];
    throw new Problem('invalid-callback', message, { errors: [{ pointer: '/url', message }] });
  }
}
