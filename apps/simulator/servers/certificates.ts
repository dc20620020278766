import { join } from 'node:path';
import { type Identity, issueCertificate, makeAuthority } from '#adapters/kit/certificates.js';
import { keptOrMade } from '../world/kept.js';

/** Made at the first start, kept in the data folder. */
export interface Certificates {
  /** The authority that issued the others, PEM. */
  ca: string;
  server: Identity;
  /** Stellwerk's own, for targets that ask for one. */
  client: Identity;
}

export const openCertificates = (folder: string, host: string): Promise<Certificates> =>
  keptOrMade(join(folder, 'certificates.json'), async () => {
    const authority = await makeAuthority('Stellwerk-Simulator');
    const hosts = [...new Set([host, 'localhost', '127.0.0.1', 'simulator'])];
    return {
      ca: authority.certificate,
      server: await issueCertificate(authority, { name: 'simulator', hosts }),
      client: await issueCertificate(authority, { name: 'stellwerk' }),
    };
  });
