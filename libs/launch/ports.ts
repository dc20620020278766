import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Listens for a moment; resolves with the port. Rejects with the system's error (EADDRINUSE, EACCES) when it cannot.
 */
export function tryPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, RFC 6335 §6 from 49152): a port that is
 * free now is still free when somebody listens there.
 */
const range = { from: 20_000, to: 32_000 };

/** A port on loopback that is free now: the preferred one if it is, else any. */
export async function freePort(preferred = 0): Promise<number> {
  for (let port = preferred, tries = 0; tries < 100; tries++, port = randomInt(range.from, range.to)) {
    const free = port !== 0 && (await tryPort(port, '127.0.0.1').catch(() => undefined));
    if (free) return free;
  }
  return tryPort(0, '127.0.0.1');
}
