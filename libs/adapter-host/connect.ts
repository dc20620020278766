import { connect as open, type Socket } from 'node:net';
import { NotSent, Refused } from './http.js';

/** A TCP connection to a host that a parameter names, alone or with this port. Ends with `signal`. Throws {@link NotSent}: nothing has left. */
export async function connect(
  host: string,
  port: number,
  hosts: Map<string, string>,
  signal: AbortSignal,
  patience: number,
): Promise<Socket> {
  if (!hosts.has(host) && !hosts.has(`${host}:${port}`))
    throw new Refused(`no parameter names the host ${host}:${port}`);
  return new Promise((resolve, reject) => {
    const socket = open({ host, port, signal, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), Math.min(patience, 10_000));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', failed);
      socket.on('error', () => {}); // told to whoever reads; after the call nobody does
      resolve(socket);
    });
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(new NotSent(error.message || (error as { code?: string }).code, { cause: error }));
    };
    socket.once('error', failed);
  });
}
