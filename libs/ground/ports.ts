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

/** A port on loopback that is free now: `wish` if it is, else one the system chooses. */
export function freePort(wish = 0): Promise<number> {
  return tryPort(wish, '127.0.0.1').catch((error) => {
    if (wish === 0) throw error;
    return freePort();
  });
}
