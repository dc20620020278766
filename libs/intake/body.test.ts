import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { Problem } from '#problems/problem.js';
import { Bodies } from './body.js';

const size = 1000;
const window = 20;

/** A request whose body arrives as the test writes it. */
const request = () => Object.assign(new PassThrough(), { headers: {} }) as PassThrough & IncomingMessage;
const codeOf = (error: unknown) => (error instanceof Problem ? error.code : String(error));
const echo = async (body: Buffer) => body.length;

/** A client that sends this much, and no more. Resolves to the code of the refusal, when there is one. */
function stall(bodies: Bodies, client: string, bytes: number) {
  const sent = request();
  const refused = bodies.hold(sent, client, echo).then(String, codeOf);
  sent.write(Buffer.alloc(bytes));
  return { sent, refused };
}

async function post(bodies: Bodies, client: string, bytes: number): Promise<number | string> {
  const sent = request();
  const answer = bodies.hold(sent, client, echo).catch(codeOf);
  sent.end(Buffer.alloc(bytes));
  return answer;
}

describe('bodies in memory', () => {
  test('a client that holds all it may leaves room for the next, and for one after that', async () => {
    const bodies = new Bodies({ size, rate: 0 });
    for (let n = 0; n < 4; n++) stall(bodies, 'slow', 999);
    expect(await stall(bodies, 'slow', 999).refused).toBe('unavailable');
    for (let n = 0; n < 2; n++) stall(bodies, 'slow too', 999);
    expect(await stall(bodies, 'slow too', 999).refused).toBe('unavailable');
    expect(await post(bodies, 'third', size)).toBe(size);
    expect(await post(bodies, 'slow', 999)).toBe('unavailable');
  });

  test('what a body held is free as soon as it is refused, read or gone', async () => {
    const bodies = new Bodies({ size, rate: 0 });
    const held = Array.from({ length: 4 }, () => stall(bodies, 'a', size));
    expect(await post(bodies, 'a', 1)).toBe('unavailable');
    for (const { sent } of held) sent.destroy();
    expect(await Promise.all(held.map(({ refused }) => refused))).toEqual(Array(4).fill('malformed'));
    for (let n = 0; n < 10; n++) expect(await post(bodies, 'a', size)).toBe(size);
    expect(await post(bodies, 'a', size + 1)).toBe('too-large');
    expect(await post(bodies, 'a', size)).toBe(size);
  });

  test('a body that stalls is refused, its connection ends, and one that trickles as it must is read', async () => {
    const bodies = new Bodies({ size, rate: (10 * 1000) / window }, window);
    const stalled = request();
    const refused = bodies.hold(stalled, 'a', echo).catch((error) => error as Problem);
    stalled.write(Buffer.alloc(999));
    const trickling = request();
    const read = bodies.hold(trickling, 'b', echo);
    const drops = setInterval(() => trickling.write(Buffer.alloc(20)), window / 4);
    expect(await refused).toMatchObject({ code: 'too-slow', status: 408, headers: { connection: 'close' } });
    clearInterval(drops);
    trickling.end();
    expect(await read).toBeGreaterThan(0);
    expect(await post(bodies, 'a', size)).toBe(size);
  });
});
