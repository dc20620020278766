import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { BadRequestException, ForbiddenException, HttpException } from '@nestjs/common';
import { fastify } from 'fastify';
import { brokenRequests, ProblemFilter } from './filter.js';
import { misread, Problem, toProblemJson } from './problem.js';
import { traceOf, understand } from './understand.js';

const canary = 'Erika Mustermann';

/** What the filter answers and logs for an error. */
function answer(error: unknown) {
  const sent = { status: 0, headers: {} as Record<string, string>, body: '' };
  const logged: unknown[] = [];
  const reply = {
    sent: false,
    raw: { headersSent: false },
    status: (status: number) => Object.assign(sent, { status }) && reply,
    headers: (headers: Record<string, string>) => Object.assign(sent.headers, headers) && reply,
    header: (name: string, value: string) => Object.assign(sent.headers, { [name]: value }) && reply,
    send: (body: Buffer) => void Object.assign(sent, { body: body.toString() }),
  };
  const host = { switchToHttp: () => ({ getResponse: () => reply, getRequest: () => ({}) }) };
  new ProblemFilter((message, fields) => logged.push(message, fields)).catch(error, host as never);
  return { ...sent, logged };
}

describe('problems', () => {
  test('a problem carries type, title, status, detail, code, its members and its headers', () => {
    const problem = new Problem('too-many-requests', 'Bitte langsamer.', { limit: 5 }, { 'retry-after': '3' });
    const { status, headers, body, logged } = answer(problem);
    expect([status, headers['content-type'], headers['retry-after'], logged]).toEqual([
      429,
      'application/problem+json',
      '3',
      [],
    ]);
    expect(JSON.parse(body)).toEqual({
      type: 'urn:problem-type:stellwerk:too-many-requests',
      title: 'Zu viele Anfragen',
      status: 429,
      detail: 'Bitte langsamer.',
      code: 'too-many-requests',
      limit: 5,
    });
  });

  test('P3 P6 an unforeseen error is 500 with a fixed sentence; neither answer nor log quote it', () => {
    const error = Object.assign(new Error(`duplicate key (name)=(${canary})`), {
      code: '23505',
      detail: canary,
      status: 404,
      statusCode: 418,
    });
    const { status, body, logged } = answer(error);
    expect([status, JSON.parse(body).code]).toEqual([500, 'internal']);
    expect(body + JSON.stringify(logged)).not.toContain(canary);
    expect(logged).toEqual([
      'unexpected error',
      expect.objectContaining({
        error: 'Error',
        errorCode: '23505',
        frames: expect.arrayContaining([expect.stringMatching(/^at /)]),
      }),
    ]);
    for (const odd of [undefined, null, canary, { statusCode: 400 }]) expect(answer(odd).status).toBe(500);
  });

  test('P3 an error whose message has several lines leaves no line of it in the trace', () => {
    expect(JSON.stringify(traceOf(new Error(`first\n    at ${canary}\nlast`)))).not.toContain(canary);
  });

  test.each([
    [new BadRequestException(canary), 'malformed'],
    [new ForbiddenException(canary), 'forbidden'],
    [new HttpException(canary, 418), 'internal'],
    [Object.assign(new Error(canary), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'too-large'],
    [
      Object.assign(new Error(canary), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }),
      'unsupported-media-type',
    ],
    [Object.assign(new Error(canary), { code: 'FST_ERR_CTP_EMPTY_JSON_BODY', statusCode: 400 }), 'malformed'],
    [Object.assign(new SyntaxError(canary), { statusCode: 400 }), 'malformed'],
  ])('%s is understood', (error, code) => {
    const problem = understand(error);
    expect(problem.code).toBe(code);
    expect(JSON.stringify(toProblemJson(problem))).not.toContain(canary);
  });

  test('P6 a schema that does not fit names every place, at most a hundred', () => {
    const issues = Array.from({ length: 150 }, (_, n) => ({ message: `Nummer ${n}`, path: ['liste', { key: n }] }));
    const { code, members } = misread(issues);
    expect([code, (members['errors'] as unknown[]).length, (members['errors'] as unknown[])[7]]).toEqual([
      'malformed',
      100,
      { pointer: '/liste/7', message: 'Nummer 7' },
    ]);
  });

  test('P6 what is no HTTP and no address gets a problem, too', async () => {
    const server = fastify(brokenRequests);
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const raw = (text: string) => {
      return new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(text));
        socket.setEncoding('utf8').on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('close', () => resolve(heard));
      });
    };
    expect(await raw(`GARBAGE ${canary}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"malformed"/,
    );
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*"too-large"/,
    );
    const bad = await fetch(`${address}/%`);
    expect([bad.status, bad.headers.get('content-type'), ((await bad.json()) as { code: string }).code]).toEqual([
      400,
      'application/problem+json',
      'malformed',
    ]);
    await server.close();
  });

  test('P6 a request that never ends is 408 at its deadline, and its socket is destroyed', async () => {
    const http = { headersTimeout: 50, connectionsCheckingInterval: 20 };
    const server = fastify({ ...brokenRequests, requestTimeout: 50, http });
    server.post('/', (request) => request.body);
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const ended = once(server.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const client = connect({ port: Number(new URL(address).port), host: '127.0.0.1', allowHalfOpen: true });
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    const [answer] = await once(client, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"too-slow"/);
    await ended;
    client.destroy();
    await server.close();
  });
});
