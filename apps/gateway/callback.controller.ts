import { Controller, Delete, Get, HttpCode, Post, Put, Req, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { permitted } from '#adapter-host/http.js';
import { Bodies } from '#intake/body.js';
import { demandJson } from '#intake/fachverfahren/reply.js';
import { type NewCallback, readCallback as readBody } from '#intake/service-bw/callback.js';
import { refuseEncoded } from '#intake/service-bw/media.js';
import { seal } from '#parameters/secrets.js';
import { type Informer, sealedFor } from '#pipeline/inform.js';
import { Problem } from '#problems/problem.js';
import type { Database } from '#store/database.js';
import { dropCallback, readCallback, saveCallback } from '#store/sql/inform.js';
import { DescribeCallback } from './openapi-replies.js';

interface Parts {
  db: Database;
  key: Uint8Array;
  informer: Pick<Informer, 'test'>;
  developmentHosts: string[];
}

const bodyLimit = 16 * 1024;

/** Where a portal wants to hear that there is something new; one address for each client. The secret goes in and never comes out. */
export function callbackController({ db, key, informer, developmentHosts }: Parts): Type {
  const bodies = new Bodies(bodyLimit);

  async function find({ client }: Principal) {
    const callback = await readCallback(db, { client });
    if (!callback) throw new Problem('not-found', 'Dieser Client hat keine Adresse hinterlegt.');
    const { url, since, failures, reason } = callback;
    return { url, since: since.toISOString(), failures, reason };
  }

  @Controller('/service-bw/v1/callback')
  class CallbackController {
    @Put()
    @Needs('callback:write')
    @DescribeCallback('Hinterlegt die Adresse, an der das Portal von Neuem erfahren will')
    async put(@Req() request: FastifyRequest, @Who() who: Principal) {
      refuseEncoded(request.headers);
      demandJson(request.contentType);
      return bodies.hold(request.raw, async (body) => {
        const given = readBody(body);
        demandReachable(given, developmentHosts);
        const secret = seal(key, sealedFor(who.client), given.secret);
        await saveCallback(db, { client: who.client, url: given.url, secret, at: db.now() });
        return find(who);
      });
    }

    @Get()
    @Needs('callback:read')
    @DescribeCallback('Die hinterlegte Adresse, ohne das Geheimnis')
    show(@Who() who: Principal) {
      return find(who);
    }

    @Delete()
    @HttpCode(204)
    @Needs('callback:write')
    @DescribeCallback('Beendet die Benachrichtigung')
    async drop(@Who() who: Principal) {
      if (!(await dropCallback(db, { client: who.client }))) await find(who);
    }

    @Post('test')
    @HttpCode(200)
    @Needs('callback:write')
    @DescribeCallback('Ruft das Portal einmal auf, ohne Neues')
    async test(@Who() who: Principal) {
      return (await informer.test(who.client)) ?? find(who);
    }
  }
  return CallbackController;
}

/** The rule for every outbound call: HTTPS, plain HTTP only to this host and those named for development, no credentials in the address. */
function demandReachable({ url }: NewCallback, developmentHosts: string[]): void {
  try {
    permitted(url, { hosts: new Map([[new URL(url).host, 'url']]), developmentHosts });
  } catch {
    const message = 'Nur HTTPS, ohne Zugangsdaten in der Adresse.';
    throw new Problem('invalid-callback', message, { errors: [{ pointer: '/url', message }] });
  }
}
