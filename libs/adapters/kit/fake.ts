import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Json } from '#submission/vocabulary.js';
import type { Target, Trouble } from './fixture.js';

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface FakeReply {
  status: number;
  headers?: Record<string, string>;
  body?: Json;
}

/** A target over HTTP: `answer` is the system when it is well; the troubles are the same for all. Methods other than GET count as writes. */
export async function startFake(
  answer: (request: FakeRequest, effects: string[]) => FakeReply,
  values: (url: string) => Record<string, Json>,
): Promise<Target> {
  const effects: string[] = [];
  const writes: Target['writes'] = [];
  const requests: Target['requests'] = [];
  let trouble: Trouble = { kind: 'none' };
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const request = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body };
    requests.push(request);
    if (request.method !== 'GET') writes.push({ bytes: body });
    respond(response, trouble, request, () => answer(request, effects));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ effects, writes, requests },
    values: values(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    trouble: (next) => {
      trouble = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function respond(response: ServerResponse, trouble: Trouble, request: FakeRequest, well: () => FakeReply): void {
  const send = ({ status, headers, body }: FakeReply) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? null));
  switch (trouble.kind) {
    case 'none':
      send(well());
      return;
    case 'down':
      response.destroy();
      return;
    case 'hang':
      return;
    case 'commit-then-hang':
      well();
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
    case 'status':
      send({ status: trouble.status, headers: trouble.headers, body: { detail: gossip(request) } });
      return;
    case 'elsewhere':
      response.writeHead(307, { location: trouble.url }).end();
  }
}

/** Tells everything it was told. */
const gossip = ({ headers, body }: FakeRequest) => `${headers.authorization ?? ''} ${body}`;

const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${'x'.repeat(50)}">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]><a>&j;</a>`;
