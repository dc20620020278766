import type { StartSideServer } from './server.js';
import { startTlsDoor } from './tls.js';

/** Servers of the simulated world that speak something else than plain HTTP. */
export const sideServers: StartSideServer[] = [startTlsDoor];
