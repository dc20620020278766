import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A relay to a port of this host that drops one connection, once `limit` bytes have gone there, and says so. */
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
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: (relay.address() as AddressInfo).port,
    passed: () => passed,
    close: () => new Promise<void>((resolve) => relay.close(() => resolve())),
  };
}
