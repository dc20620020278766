import type { StartSideServer } from './server.js';
import { startSftp } from './sftp.js';
import { startMailServer } from './smtp.js';
import { startTlsDoor } from './tls.js';
import { startXta } from './xta.js';

/** Servers of the simulated world that speak something else than plain HTTP. */
export const sideServers: StartSideServer[] = [startSftp, startMailServer, startTlsDoor, startXta];
