import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Rejects with the system's error (EADDRINUSE, EACCES) when nobody could listen there. */
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

/** Below what systems give to outgoing connections (Linux from 32768, RFC 6335 §6 from 49152): what is free now is still free when somebody listens there. */
const quiet = { from: 20_000, to: 32_000 };

/** A port on loopback that is free now: `wish` if it is, else any. */
export async function freePort(wish = 0): Promise<number> {
  for (let port = wish, tries = 0; tries < 100; tries++, port = randomInt(quiet.from, quiet.to)) {
    const free = port !== 0 && (await tryPort(port, '127.0.0.1').catch(() => undefined));
    if (free) return free;
  }
  return tryPort(0, '127.0.0.1');
}
