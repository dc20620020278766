import type { StartServer } from './server.js';
import { startSftp } from './sftp.js';
import { startSmtp } from './smtp.js';
import { startTls } from './tls.js';
import { startXta } from './xta.js';

/** Servers of the simulated world that speak something else than plain HTTP. */
export const servers: StartServer[] = [startSftp, startSmtp, startTls, startXta];
