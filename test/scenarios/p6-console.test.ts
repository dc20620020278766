import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestConsole, type TestConsole } from '../kit/console.js';

let c: TestConsole;
beforeAll(async () => {
  c = await openTestConsole();
});
afterAll(() => c.close());

/** The answer to a request whose body never comes. */
async function withoutBody(authorization?: string): Promise<string> {
  const { hostname, port } = new URL(c.url);
  const socket = connect(Number(port), hostname);
  const head = ['POST /api/v1/replays HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 900000'];
  socket.write([...head, ...(authorization ? [`Authorization: ${authorization}`] : []), '', ''].join('\r\n'));
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer).slice(0, 'HTTP/1.1 401'.length);
}

describe('P6 the console reads no body before it knows who asks', () => {
  test('P6 401 and 403 come before the body does', async () => {
    expect(await withoutBody()).toBe('HTTP/1.1 401');
    expect(await withoutBody(await c.issuer.bearer('auditor'))).toBe('HTTP/1.1 403');
  });

  test('P6 a request has a deadline, and so have its headers', () => {
    const { requestTimeout, headersTimeout } = c.app.getHttpServer();
    expect([requestTimeout, headersTimeout]).toEqual([60_000, 10_000]);
  });

  test('P6 what is no JSON, too deep, too large or compressed gets a clear answer', async () => {
    const post = (body: string, headers = {}) => c.ask('operator', 'POST', '/api/v1/replays', { body, headers });
    const answers = [
      await post('{'),
      await post(`{"filter":${'['.repeat(100)}${']'.repeat(100)}}`),
      await post(`{"reason":"${'x'.repeat(1024 * 1024)}"}`),
      await post('{}', { 'content-encoding': 'gzip' }),
      await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      await c.ask('operator', 'PATCH', '/api/v1/replays'),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual([
      ...['malformed', 'too-deep', 'too-large', 'unsupported-media-type', 'unsupported-media-type'],
      'method-not-allowed',
    ]);
  });
});
