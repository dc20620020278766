import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Settings } from '#settings/settings.js';
import { send, vendorApi } from '../authorities/vendor-api.js';
import { stellwerkClient } from '../portal/clients.js';
import { texts } from '../texts.js';
import { portOf, type StartServer, tlsSocketOf } from './server.js';

/**
 * The Fachverfahren of a vendor whose API is fixed. It answers as if behind an nginx that wants a client certificate,
 * and then wants a token of the identity provider.
 */
export const startTls: StartServer = async ({ settings, world, certificates, log }) => {
  const { certificate: cert, key } = certificates.server;
  const isGranted = tokenCheck(settings);
  const enter = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const socket = tlsSocketOf(request);
    if (!socket.authorized) return turnAway(socket, response);
    if (!(await isGranted(request.headers.authorization))) return send(response, 401, { detail: texts.wrongToken });
    await vendorApi(world, { request, response, body });
  };
  const server = createServer(
    { cert, key, ca: certificates.ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      enter(request, response).catch((error) => {
        log.warn('the vendor failed', { error });
        response.destroy();
      });
    },
  );
  server.listen(settings.SIMULATOR_TLS_PORT, settings.HOST);
  await once(server, 'listening');
  const { hostname } = new URL(settings.simulatorUrl);
  return {
    values: {
      tlsUrl: `https://${hostname}:${portOf(server)}`,
      tokenUrl: `${providerOf(settings)}/token`,
      ca: certificates.ca,
      clientCertificate: certificates.client.certificate,
      clientKey: certificates.client.key,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Answers as nginx does (`ngx_http_special_response.c`): 400, with the reason in the title. */
function turnAway(socket: TLSSocket, response: ServerResponse): void {
  const given = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  const title = given ? '400 The SSL certificate error' : '400 No required SSL certificate was sent';
  response.writeHead(400, { 'content-type': 'text/html' }).end(`<html><head><title>${title}</title></head></html>`);
}

/** Tells whether a header carries a token that was made for this Fachverfahren. */
function tokenCheck(settings: Settings): (authorization: string | undefined) => Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(`${providerOf(settings)}/jwks`));
  const wanted = { issuer: settings.issuer, audience: stellwerkClient.audience };
  return async (authorization = '') =>
    jwtVerify(authorization.replace(/^Bearer /, ''), keys, wanted).then(
      () => true,
      () => false,
    );
}

/** An address of the simulator's own provider; the issuer may name the provider under another host. */
const providerOf = ({ issuer, simulatorUrl }: Settings) => new URL(new URL(issuer).pathname, simulatorUrl).href;
