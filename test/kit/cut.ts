import { connect, createServer } from 'node:net';
import { listen } from './listen.js';

/**
 * A relay to a port of this host. Once `limit` bytes have gone there, it calls `spring` and drops the connection, once.
 */
export async function openCut(target: number, limit: number, spring = () => {}) {
  let passed = 0;
  const relay = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', () => {}).on('close', end);
    near.on('data', (chunk) => {
      const rest = Math.max(0, limit - passed);
      passed += chunk.length;
      if (chunk.length <= rest) return void far.write(chunk);
      limit = Number.POSITIVE_INFINITY;
      spring();
      far.write(chunk.subarray(0, rest), end);
    });
    far.pipe(near);
  });
  const port = await listen(relay);
  return {
    port,
    passed: () => passed,
    close: () => new Promise<void>((resolve) => relay.close(() => resolve())),
  };
}
