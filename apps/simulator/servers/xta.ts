import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { issueCertificate, makeAuthority } from '#adapters/kit/certificates.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { texts } from '../texts.js';
import { slowMs } from '../world/faults.js';
import type { World } from '../world/world.js';
import { portOf, type StartServer, tlsSocketOf } from './server.js';
import { Accounts } from './xta-accounts.js';
import { readCall, written } from './xta-soap.js';

const ports = ['/xta/managementPort', '/xta/sendPort', '/xta/msgBoxPort'];

/**
 * An XTA 2.1.1 server. It judges what it gets by the standards' schemas, where `XOEV_SCHEMAS` has them. It trusts two
 * authorities, so that there are two clients and each may have accounts of its own.
 */
export const startXta: StartServer = async ({ settings, world, certificates, log }) => {
  const { certificate: cert, key } = certificates.server;
  const accounts = new Accounts(world, openSchemas(settings.XOEV_SCHEMAS), key);
  // not kept: nobody's account depends on it
  const elsewhere = await makeAuthority('Anderswo');
  const other = await issueCertificate(elsewhere, { name: 'fremd' });
  const server = createServer(
    { cert, key, ca: [certificates.ca, elsewhere.certificate], requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      handle(world, accounts, request, response).catch((error) => {
        log.warn('the XTA server failed', { error });
        response.destroy();
      });
    },
  );
  server.listen(settings.SIMULATOR_XTA_PORT, settings.HOST);
  await once(server, 'listening');
  const { hostname } = new URL(settings.simulatorUrl);
  return {
    values: {
      xtaUrl: `https://${hostname}:${portOf(server)}/xta`,
      otherCertificate: other.certificate,
      otherKey: other.key,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

async function handle(
  world: World,
  accounts: Accounts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if (request.method !== 'POST' || !ports.includes(request.url ?? '')) return void response.writeHead(404).end();
  const call = readCall(request.headers['content-type'] ?? '', body);
  if (!call) return void response.writeHead(415).end();
  const isDelivery = call.action === 'SendMessage';
  const { mode, code } = world.faultFor('xta', { ars: undefined, delivery: isDelivery });
  if (mode === 'down') return void response.destroy();
  const { fingerprint256 } = tlsSocketOf(request).getPeerCertificate();
  const answer = written(await accounts.answer(call, fingerprint256, mode, code), call);
  if (mode === 'garbage')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end(texts.xta.maintenance);
  const send = () => response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.bytes);
  if (mode === 'slow') setTimeout(send, slowMs).unref();
  else if (mode === 'commit-then-fail' && isDelivery) response.writeHead(502).end(texts.badGateway);
  else if (mode !== 'commit-then-hang' || !isDelivery) send();
}
