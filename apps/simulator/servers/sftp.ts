import { fingerprintOf, startSftpServer } from '#adapters/kit/sftp.js';
import type { StartServer } from './server.js';

/** The file server, over SFTP on `SIMULATOR_SFTP_PORT`. */
export const startSftp: StartServer = async ({ settings, ablage }) => {
  const { host, client } = ablage.keys;
  const { port, close } = await startSftpServer({
    backend: ablage,
    hostKey: host.private,
    port: settings.SIMULATOR_SFTP_PORT,
    host: settings.HOST,
  });
  const values = {
    sftpHost: new URL(settings.simulatorUrl).hostname,
    sftpPort: port,
    sftpFingerprint: fingerprintOf(host.private),
    sftpKey: client.private,
  };
  return { values, close };
};
