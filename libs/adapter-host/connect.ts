import { connect as open, type Socket } from 'node:net';
import { NotSent, Refused, reasonOf } from './http.js';

/** Milliseconds that making a connection may take at most. */
const longest = 10_000;

/**
 * Opens a TCP connection to a host that a parameter names, alone or with this port. It ends with `signal`.
 * @param hosts `host[:port]` → full name of the parameter
 * @param timeout milliseconds to wait for the connection
 * @throws NotSent nothing has left
 */
export async function connect(
  host: string,
  port: number,
  hosts: Map<string, string>,
  signal: AbortSignal,
  timeout: number,
): Promise<Socket> {
  if (!hosts.has(host) && !hosts.has(`${host}:${port}`))
    throw new Refused(`no parameter names the host ${host}:${port}`);
  return new Promise((resolve, reject) => {
    const socket = open({ host, port, signal, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), Math.min(timeout, longest));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', failed);
      socket.on('error', () => {}); // whoever reads gets the error; after the call nobody does
      resolve(socket);
    });
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(new NotSent(reasonOf(error), { cause: error }));
    };
    socket.once('error', failed);
  });
}
