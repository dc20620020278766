import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Settings } from '#settings/settings.js';
import { stellwerkClient } from '../portal/clients.js';
import type { StartSideServer } from './server.js';
import { answer, vendor } from './vendor.js';

/** The Fachverfahren of a vendor whose API is fixed, behind the door of an nginx: it wants a client certificate, then a token of the identity provider. */
export const startTlsDoor: StartSideServer = async ({ settings, world, certificates, log }) => {
  const { certificate: cert, key } = certificates.server;
  const isGranted = tokenCheck(settings);
  const enter = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const { authorized } = request.socket as TLSSocket;
    if (!authorized) return turnAway(request.socket as TLSSocket, response);
    if (!(await isGranted(request.headers.authorization)))
      return answer(response, 401, { detail: 'Das Token gilt nicht.' });
    await vendor(world, { request, response, body });
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
      tlsUrl: `https://${hostname}:${(server.address() as AddressInfo).port}`,
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

/** As nginx does (`ngx_http_special_response.c`): 400, and why in the title. */
function turnAway(socket: TLSSocket, response: ServerResponse): void {
  const given = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  const title = given ? '400 The SSL certificate error' : '400 No required SSL certificate was sent';
  response.writeHead(400, { 'content-type': 'text/html' }).end(`<html><head><title>${title}</title></head></html>`);
}

/** Whether a header carries a token that was made for this Fachverfahren. */
function tokenCheck(settings: Settings): (authorization: string | undefined) => Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(`${providerOf(settings)}/jwks`));
  const wanted = { issuer: settings.issuer, audience: stellwerkClient.audience };
  return async (authorization = '') =>
    jwtVerify(authorization.replace(/^Bearer /, ''), keys, wanted).then(
      () => true,
      () => false,
    );
}

/** The simulator's own provider, wherever the issuer says that it is. */
const providerOf = ({ issuer, simulatorUrl }: Settings) => new URL(new URL(issuer).pathname, simulatorUrl).href;
