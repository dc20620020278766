import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { Json } from '#submission/vocabulary.js';
import type { FakeReply, FakeRequest, Target, Trouble } from './target.js';

export type { FakeReply, FakeRequest };

/**
 * The target when it is well. `effects` holds the idempotency keys of what it has done for good; it adds the key of
 * each new effect.
 */
export type Answering = (request: FakeRequest, effects: string[]) => FakeReply;

const reading = ['GET', 'HEAD', 'OPTIONS', 'PROPFIND'];

/**
 * Starts a target over HTTP on loopback, which can have every trouble.
 * @param answer what it answers when it is well
 * @param values parameters by full name that reach it, given its address
 * @param changes which requests could change something. Default: all but GET, HEAD, OPTIONS and PROPFIND
 * @param tls certificate and key, and what is demanded of the client; with it the target speaks HTTPS
 */
export async function startFake(
  answer: Answering,
  values: (url: string) => Record<string, Json>,
  changes = ({ method }: FakeRequest) => !reading.includes(method),
  tls?: ServerOptions,
): Promise<Target> {
  let trouble: Trouble = { kind: 'none' };
  const listener: RequestListener = async (incoming, response) => {
    const body = await buffer(incoming).catch(() => undefined);
    if (!body) return; // the client has gone
    const { method = '', url = '', headers, socket } = incoming;
    const peer = 'getPeerCertificate' in socket ? (socket as TLSSocket).getPeerCertificate().subject?.CN : undefined;
    const request = { method, path: url, headers, body, ...(peer && { peer: String(peer) }) };
    requests.push(request);
    if (changes(request)) target.writes.push({ bytes: body });
    // a target that hangs or fails once it has committed still answers questions
    const current = commits(trouble) && !changes(request) ? none : trouble;
    try {
      respond(response, current, request, () => answer(request, target.effects), target);
    } catch (error) {
      response.destroy(); // a fake that fails says so at once, instead of hanging
      throw error;
    }
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const requests: FakeRequest[] = [];
  const target: Target = {
    effects: [],
    writes: [],
    requests,
    values: values(`${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`),
    get calls() {
      return requests.length;
    },
    onCall: undefined,
    trouble(next: Trouble) {
      trouble = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return target;
}

const none: Trouble = { kind: 'none' };
const commits = ({ kind }: Trouble) => kind === 'commit-then-hang' || kind === 'commit-then-fail';

function respond(
  response: ServerResponse,
  trouble: Trouble,
  request: FakeRequest,
  well: () => FakeReply,
  target: Target,
): void {
  const send = ({ status, headers, body, text, bytes }: FakeReply) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(bytes ?? text ?? JSON.stringify(body ?? null));
  const refuse = (status: number, headers = {}) => send({ status, headers, body: { detail: echoOf(request) } });
  const before = target.effects.length;
  const reply = trouble.kind === 'none' || commits(trouble) ? well() : undefined;
  target.onCall?.(target.calls);
  if (commits(trouble) && target.effects.length === before) {
    send(reply!); // a step on the way: nothing has been committed yet
    return;
  }
  if ('says' in trouble) {
    send(trouble.says(request));
    return;
  }
  switch (trouble.kind) {
    case 'none':
      send(reply!);
      return;
    case 'down':
      response.destroy();
      return;
    case 'hang':
    case 'commit-then-hang':
      return;
    case 'commit-then-fail':
      refuse('status' in trouble ? trouble.status : 502);
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${request.body}`);
      return;
    case 'huge':
      response.writeHead(200).end(Buffer.alloc(11 * 1024 * 1024, 'x'));
      return;
    case 'bomb':
      response.writeHead(200, { 'content-type': 'application/xml' }).end(bomb);
      return;
    case 'busy':
      refuse(503, { 'retry-after': '60' });
      return;
    case 'refuse':
      refuse(422);
      return;
    case 'unauthorized':
      refuse(401);
      return;
    case 'forbidden':
      refuse(403);
      return;
    case 'status':
      refuse(trouble.status, trouble.headers);
      return;
    case 'elsewhere':
      response.writeHead(307, { location: trouble.url }).end();
  }
}

/** Repeats credentials and body, as an indiscreet target might. */
const echoOf = ({ headers, body }: FakeRequest) => `${headers.authorization ?? ''} ${body}`;

/** An XML entity bomb ("billion laughs"): small to send, endless to expand. */
export const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${'x'.repeat(50)}">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]><a>&j;</a>`;
