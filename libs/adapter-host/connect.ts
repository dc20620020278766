import { isIP, connect as open, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { canonical, type Egress } from './egress.js';
import { NotSent, Refused, reasonOf, rethrow } from './http.js';

/** Milliseconds that making a connection may take at most. */
const longest = 10_000;

/** The full name of the parameter that names this host, alone or with this port. */
export function namedBy(host: string, port: number, hosts: Map<string, string>): string | undefined {
  const written = isIP(host) === 6 ? `[${host}]` : host;
  return hosts.get(host) ?? hosts.get(written) ?? hosts.get(`${written}:${port}`);
}

/**
 * Opens a TCP connection to a host that a parameter names, alone or with this port. It ends with `signal`.
 * @param hosts `host[:port]` → full name of the parameter
 * @param egress which addresses may be connected to
 * @param timeout milliseconds to wait for the connection
 * @throws NotSent nothing has left
 */
export async function connect(
  host: string,
  port: number,
  hosts: Map<string, string>,
  egress: Egress,
  signal: AbortSignal,
  timeout: number,
): Promise<Socket> {
  const parameter = namedBy(host, port, hosts);
  if (parameter === undefined) throw new Refused(`no parameter names the host ${host}:${port}`);
  const named = canonical(host);
  if (isIP(named) && !egress.permits(named))
    throw new Refused(`${named} is in no allowed network`, parameter, 'network');
  return new Promise<Socket>((resolve, reject) => {
    const socket = open({ host: named, port, signal, noDelay: true, lookup: egress.lookup });
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
  }).catch((error) => rethrow(error, parameter));
}

/**
 * The same connection, on which `demand` is asked before each write: where it throws, nothing leaves. It takes what
 * libraries set on a socket.
 */
export function guarded(socket: Socket, demand: () => void): Duplex {
  const guard = new Duplex({
    read: () => void socket.resume(),
    write(chunk, _, done) {
      try {
        demand();
      } catch (error) {
        return done(error as Error);
      }
      socket.write(chunk, done);
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk) => guard.push(chunk) || socket.pause());
  socket.once('end', () => guard.push(null));
  socket.once('error', (error) => guard.destroy(error));
  socket.once('close', () => guard.destroy());
  socket.on('timeout', () => guard.emit('timeout'));
  for (const name of ['setTimeout', 'setKeepAlive', 'setNoDelay'] as const) {
    const set = (...given: unknown[]) => {
      (socket[name] as (...given: unknown[]) => unknown)(...given);
      return guard;
    };
    Object.defineProperty(guard, name, { value: set });
  }
  return guard.on('error', () => {}); // whoever reads gets the error; after the call nobody does
}
