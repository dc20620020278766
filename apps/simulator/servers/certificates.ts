import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Identity, issueCertificate, makeAuthority } from '#adapters/kit/certificates.js';

/** Made at the first start, kept in the data folder. */
export interface Certificates {
  /** The authority that issued the others, PEM. */
  ca: string;
  server: Identity;
  /** Stellwerk's own, for targets that ask for one. */
  client: Identity;
}

export async function openCertificates(folder: string, host: string): Promise<Certificates> {
  const file = join(folder, 'certificates.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Certificates;
  } catch {
    const authority = await makeAuthority('Stellwerk-Simulator');
    const hosts = [...new Set([host, 'localhost', '127.0.0.1', 'simulator'])];
    const certificates = {
      ca: authority.certificate,
      server: await issueCertificate(authority, { name: 'simulator', hosts }),
      client: await issueCertificate(authority, { name: 'stellwerk' }),
    };
    await writeFile(file, JSON.stringify(certificates), { mode: 0o600 });
    return certificates;
  }
}
