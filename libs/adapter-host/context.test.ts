import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ContextOptions, createContext, type OpenContext } from './context.js';
import { answerLimit, NotSent, Refused } from './http.js';
import { redactor } from './redact.js';
import { bare } from './surroundings.js';

let server: Server;
let url: string;
let connections = 0;
let answer: RequestListener;
let context: OpenContext;
const opened: OpenContext[] = [];

beforeEach(async () => {
  answer = (_, response) => response.end('{}');
  connections = 0;
  server = createServer((request, response) => answer(request, response));
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  server.closeAllConnections();
  server.close();
});

function open(options: Partial<ContextOptions> = {}): OpenContext {
  context = createContext({
    idempotencyKey: 'key',
    attempt: 1,
    deadline: new Date(Date.now() + 5_000),
    traceparent: '00-trace',
    now: () => new Date(),
    allowedHosts: new Map([[new URL(url).host, 'rest.baseUrl']]),
    ...bare,
    checkpoint: async (_, data) => data,
    log: () => {},
    redact: redactor([], []),
    ...options,
  });
  opened.push(context);
  return context;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error,
  );

describe('P3 the restricted client', () => {
  test('goes only where a parameter points, host and port', async () => {
    const elsewhere = `http://127.0.0.1:${Number(new URL(url).port) + 1}`;
    expect(await failure(open().http(elsewhere))).toBeInstanceOf(Refused);
    expect(await failure(open().http('https://example.org'))).toBeInstanceOf(Refused);
    expect(await failure(open().http('no address'))).toBeInstanceOf(Refused);
    expect((await open().http(`${url}/path`)).status).toBe(200);
  });

  test('speaks plain to loopback and hosts named for development, and says which parameter asks for more', async () => {
    const allowedHosts = new Map([['target.invalid', 'rest.baseUrl']]);
    expect(await failure(open({ allowedHosts }).http('http://target.invalid'))).toMatchObject({
      name: 'Refused',
      parameter: 'rest.baseUrl',
    });
    const named = await failure(
      open({ allowedHosts, developmentHosts: ['target.invalid'] }).http('http://target.invalid'),
    );
    expect(named).toMatchObject({ name: 'NotSent' });
  });

  test('takes no credentials in an address', async () => {
    expect(await failure(open().http(url.replace('//', '//user:secret@')))).toBeInstanceOf(Refused);
  });

  test('follows no redirect', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'https://example.org' }).end();
    expect(await open().http(url)).toMatchObject({ status: 302 });
  });
});

describe('P2 the restricted client', () => {
  test('knows that nothing left when nobody listens', async () => {
    server.close();
    expect(await failure(open().http(url, { method: 'POST', body: 'x' }))).toBeInstanceOf(NotSent);
    expect(context.traces().sent).toBe(false);
  });

  test('knows that something may have left when the connection drops', async () => {
    answer = (_, response) => response.destroy();
    const error = await failure(open().http(url, { method: 'POST', body: 'x' }));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(NotSent);
    expect(context.traces().sent).toBe(true);
  });

  test('does not count reading as sending', async () => {
    await open().http(url);
    expect(context.traces().sent).toBe(false);
  });

  test('sends nothing after the deadline or the end of the call', async () => {
    expect(await failure(open({ deadline: new Date(0) }).http(url))).toBeInstanceOf(NotSent);
    open().close();
    expect(await failure(context.http(url))).toBeInstanceOf(NotSent);
    expect(await failure(context.checkpoint('send', {}))).toBeInstanceOf(NotSent);
    expect(connections).toBe(0);
  });

  test('sends nothing where its machine has slept past the deadline, unknown to the monotonic clock', async () => {
    const then = Date.now();
    const { http } = open({ now: () => new Date(then), deadline: new Date(then + 5_000) });
    const wall = jest.spyOn(Date, 'now').mockReturnValue(then + 5_001);
    const error = await failure(http(url, { method: 'POST', body: 'x' }));
    wall.mockRestore();
    expect([error?.name, connections]).toEqual(['NotSent', 0]);
  });
});

describe('P2 a call that others may have taken over', () => {
  let holds: boolean;
  let home: string;
  let heard: string[];
  beforeEach(() => {
    holds = true;
    heard = [];
    home = mkdtempSync(join(tmpdir(), 'fenced-'));
    answer = async (request, response) => {
      const broken = await failure(text(request).then((whole) => heard.push(whole)));
      if (!broken) response.end();
    };
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** It has been lost without anybody having been told, as after a freeze. */
  const fenced = (options: Partial<ContextOptions> & { ends?: boolean } = {}) => {
    const lost = new AbortController();
    const fence = { holds: () => holds, lost: lost.signal, ends: options.ends ?? true };
    return { lost, context: open({ dropFolder: home, fence, ...options }) };
  };
  const every = async (context: OpenContext) => {
    const folder = await context.folder('.');
    return [
      () => context.http(url, { method: 'POST', body: 'x' }),
      () => context.checkpoint('send', {}),
      () => context.connect('127.0.0.1', Number(new URL(url).port)),
      () => folder.write('a', Buffer.from('x')),
      () => folder.rename('b', 'a'),
    ];
  };

  test('sends nothing more, whatever way it takes', async () => {
    writeFileSync(join(home, 'b'), '');
    const ways = await every(fenced().context);
    holds = false;
    for (const way of ways) expect(await failure(way())).toBeInstanceOf(NotSent);
    expect([connections, readdirSync(home)]).toEqual([0, ['b']]);
  });

  test('writes nothing more on a connection that it has', async () => {
    const socket = await fenced().context.connect('127.0.0.1', Number(new URL(url).port));
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n');
    holds = false;
    expect(await failure(new Promise((_, reject) => socket.once('error', reject).write('x')))).toBeInstanceOf(NotSent);
    expect(heard).toEqual([]);
  });

  test('does not end a body that it has begun', async () => {
    const { context } = fenced();
    const body = async function* () {
      yield Buffer.from('eins ');
      holds = false;
      yield Buffer.from('zwei');
    };
    expect(await failure(context.http(url, { method: 'POST', body }))).toBeInstanceOf(Error);
    holds = true;
    const large = context.http(url, { method: 'POST', body: Buffer.alloc(64 * 1024 * 1024) });
    await once(server, 'request');
    holds = false;
    expect(await failure(large)).toBeInstanceOf(Error);
    expect(heard).toEqual([]);
  });

  test('is ended when that is known', async () => {
    const { context, lost } = fenced();
    lost.abort();
    expect([await context.ended, context.signal.aborted]).toEqual(['stopped', true]);
  });

  test('goes on until its deadline once it has kept what it sends, unless that changes nothing', async () => {
    for (const ends of [true, false]) {
      const { context } = fenced({ ends });
      await context.checkpoint('send', {});
      holds = false;
      const error = await failure(context.http(url, { method: 'POST', body: 'x' }));
      expect(error instanceof NotSent).toBe(!ends);
      holds = true;
    }
    expect(heard).toEqual(['x']);
  });

  test('says that something leaves before it does, and lets nothing leave where that cannot be said', async () => {
    const order: string[] = [];
    answer = (_, response) => {
      order.push('arrived');
      response.end();
    };
    const context = open({ depart: () => void order.push('departs') });
    await context.http(url);
    await context.http(url, { method: 'POST', body: 'x' });
    expect(order).toEqual(['arrived', 'departs', 'arrived']);
    const depart = () => {
      throw new NotSent('the disk is full');
    };
    const other = fenced({ depart }).context;
    const [request, , ...others] = await every(other);
    for (const way of [request!, ...others]) expect(await failure(way())).toBeInstanceOf(NotSent);
    expect([order.length, other.traces().sent, readdirSync(home)]).toEqual([3, false, []]);
  });

  test('says nothing of what does not leave any more', async () => {
    const depart = jest.fn();
    const { context } = fenced({ depart });
    const ways = await every(context);
    context.close();
    for (const way of ways) expect(await failure(way())).toBeInstanceOf(NotSent);
    expect(depart).not.toHaveBeenCalled();
  });
});

test('P6 reads an answer up to its limit and no further', async () => {
  answer = (_, response) => response.end(Buffer.alloc(answerLimit, 'x'));
  expect((await open().http(url)).text()).toHaveLength(answerLimit);
  answer = (_, response) => response.end(Buffer.alloc(answerLimit + 1, 'x'));
  expect(await failure(open().http(url))).toMatchObject({ message: expect.stringContaining('exceeds') });
  expect((await open().http(url, { largest: answerLimit + 1 })).bytes()).toHaveLength(answerLimit + 1);
  answer = (_, response) => response.end(Buffer.alloc(65 * 1024 * 1024));
  const without = await failure(open().http(url, { largest: Number.POSITIVE_INFINITY }));
  expect(without).toMatchObject({ message: expect.stringContaining('exceeds') });
});

describe('a body in pieces', () => {
  async function* pieces() {
    yield Buffer.from('eins ');
    yield Buffer.from('zwei');
  }

  test('is sent as it comes, with its length where that is known', async () => {
    const got: unknown[] = [];
    answer = async (request, response) => {
      got.push([request.headers['content-length'], request.headers['transfer-encoding'], await text(request)]);
      response.end();
    };
    await open().http(url, { method: 'POST', body: pieces });
    await open().http(url, { method: 'POST', body: pieces, headers: { 'content-length': '9' } });
    expect(got).toEqual([
      [undefined, 'chunked', 'eins zwei'],
      ['9', undefined, 'eins zwei'],
    ]);
  });

  test('P2 that breaks off midway may have left', async () => {
    const broken = async function* () {
      yield Buffer.from('eins ');
      throw new Error('erased');
    };
    expect(await failure(open().http(url, { method: 'POST', body: broken }))).not.toBeInstanceOf(NotSent);
    expect(context.traces().sent).toBe(true);
  });
});

test('a request’s own timeout ends it before the deadline does', async () => {
  answer = () => {};
  expect(await failure(open().http(url, { timeout: 50 }))).toMatchObject({ message: 'no answer within 50 ms' });
  expect(context.signal.aborted).toBe(false);
});

test('keeps connections for the next requests, and sends the trace', async () => {
  const traces: unknown[] = [];
  answer = (request, response) => {
    traces.push(request.headers['traceparent']);
    response.end('{}');
  };
  for (let n = 0; n < 6; n++) await open().http(url);
  expect(connections).toBeLessThanOrEqual(2);
  expect(traces).toEqual(Array(6).fill('00-trace'));
});

test('P3 an answer that is no JSON is not quoted', async () => {
  answer = (_, response) => response.end('Kanaria Gelbvogel');
  const { json } = await open().http(url);
  expect(json).toThrow(/^the answer is not JSON$/);
});
