import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Settings } from '#settings/settings.js';
import type { Log } from '#telemetry/log.js';
import type { Ablage } from '../authorities/ablage.js';
import type { World } from '../world/world.js';
import type { Certificates } from './certificates.js';

/** What a server is started with. */
export interface ServerSetup {
  settings: Settings;
  world: World;
  certificates: Certificates;
  ablage: Ablage;
  /** Where it may keep what outlives a restart. */
  folder: string;
  log: Log;
}

export interface RunningServer {
  /** What `{name}` in `schemas/parameters/development.json` stands for. */
  values: Record<string, string | number>;
  close(): Promise<void>;
}

export type StartServer = (setup: ServerSetup) => Promise<RunningServer>;

/** The port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

export function tlsSocketOf({ socket }: IncomingMessage): TLSSocket {
  if (!(socket instanceof TLSSocket)) throw new Error('the request did not come over TLS');
  return socket;
}
