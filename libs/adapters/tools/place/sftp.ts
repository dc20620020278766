import { createHash } from 'node:crypto';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import type { AdapterContext } from '../../contract.js';
import { later, misconfigured, type Obstacle } from './obstacle.js';
import { credential, type Given } from './parameters.js';
import type { Place, Use } from './use.js';

/** A directory on an SSH server (SFTP version 3, draft-ietf-secsh-filexfer-02, with OpenSSH's extensions where they are). */
export async function openSftp(context: AdapterContext, given: Given, use: Use): Promise<Place> {
  const client = await login(context, given);
  const gone = new Promise<never>((_, reject) => {
    client.on('error', reject).once('close', () => reject(new Error('the connection has ended')));
  });
  gone.catch(() => {}); // told to whoever waits
  /** One request and its answer; what the server refused has changed nothing. */
  const told = <T>(work: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
    Promise.race([
      gone,
      new Promise<T>((resolve, reject) =>
        work((error, result) => (error ? reject(obstacle(error)) : resolve(result as T))),
      ),
    ]);
  const sftp = await told<SFTPWrapper>((done) => client.sftp(done));
  const at = (name: string) => (given.directory === '' ? name : `${given.directory.replace(/\/+$/, '')}/${name}`);

  const sizeOf = (name: string) =>
    told<{ size: number }>((done) => sftp.stat(at(name), done as never)).then(({ size }) => size, unlessAbsent);

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    const handle = await told<Buffer>((done) => sftp.open(at(name), 'w', done));
    const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, n) => n * piece);
    for (let next = 0; next < pieces.length; next += atOnce)
      await Promise.all(
        pieces.slice(next, next + atOnce).map((from) => {
          const part = Buffer.from(bytes.subarray(from, from + piece));
          return told((done) => sftp.write(handle, part, 0, part.length, from, done));
        }),
      );
    await told((done) => sftp.ext_openssh_fsync(handle, done)).catch(unlessUnsupported);
    await told((done) => sftp.close(handle, done));
  }

  return {
    write,
    async rename(from, to) {
      await told((done) => sftp.ext_openssh_rename(at(from), at(to), done)).catch(async (error) => {
        unlessUnsupported(error);
        await told((done) => sftp.unlink(at(to), done)).catch(unlessAbsent);
        await told((done) => sftp.rename(at(from), at(to), done));
      });
    },
    size: sizeOf,
    async read(name, largest) {
      const size = await sizeOf(name);
      if (size === undefined) return undefined;
      if (size > largest) throw new Error('the file is too large');
      const handle = await told<Buffer>((done) => sftp.open(at(name), 'r', done));
      const bytes = Buffer.alloc(size);
      for (let from = 0; from < size; from += piece) {
        const length = Math.min(piece, size - from);
        await told((done) => sftp.read(handle, bytes, from, length, from, done as never));
      }
      await told((done) => sftp.close(handle, done));
      return bytes;
    },
    async probe() {
      const found = await told<{ mode: number; isDirectory(): boolean }>((done) =>
        sftp.stat(given.directory || '.', done as never),
      ).catch(unlessAbsent);
      if (!found?.isDirectory())
        throw misconfigured('directory', 'directory', 'Dieses Verzeichnis gibt es dort nicht.');
      if (use === 'write' && (found.mode & 0o222) === 0)
        throw misconfigured('directory', 'directory', 'Dieses Verzeichnis ist nur zu lesen.');
    },
    close: () => client.end(),
  };
}

/** What every server takes in one write (filexfer-02 §3: 32768 bytes of data at least). */
const piece = 32_768;
/** Writes that wait for their answers together: a far server is not asked 600 times in a row for 20 MiB. */
const atOnce = 32;

async function login(context: AdapterContext, given: Given): Promise<Client> {
  const socket = await context.connect(given.host!, given.port).catch((error: Error) => {
    throw later('connect', 'Das Zielsystem ist nicht erreichbar.', error.message, 'host');
  });
  const client = new ssh2.Client();
  let known = true;
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).on('error', reject);
    client.once('close', () => reject(new Error('the connection has ended')));
    socket.once('close', () => reject(new Error('the connection has ended')));
  });
  try {
    client.connect({
      sock: socket,
      username: given.user!,
      ...(given.privateKey ? { privateKey: given.privateKey } : { password: given.password! }),
      hostVerifier: (key: Buffer) => {
        known = fingerprintOf(key) === given.fingerprint;
        return known;
      },
      readyTimeout: Math.max(1, context.deadline.getTime() - context.now().getTime()),
    });
    await ready;
    return client;
  } catch (error) {
    ready.catch(() => {});
    client.end();
    throw loginObstacle(error as Error & { level?: string }, known, given);
  }
}

/** As ssh prints it. */
const fingerprintOf = (key: Buffer) => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

function loginObstacle(error: Error & { level?: string }, known: boolean, given: Given): Obstacle {
  if (!known)
    return misconfigured(
      'hostKey',
      'fingerprint',
      'Der Rechner weist sich mit einem anderen Schlüssel aus, als hier steht.',
    );
  if (error.level === 'client-authentication')
    return misconfigured('authenticate', credential(given), 'Das Zielsystem nimmt die Zugangsdaten nicht an.');
  if (/privateKey/i.test(error.message))
    return misconfigured('authenticate', 'privateKey', 'Dieser private Schlüssel lässt sich nicht lesen.');
  return later('connect', 'Das Zielsystem antwortet nicht, wie SSH es verlangt.', error.name, 'host');
}

/** SSH_FXP_STATUS, filexfer-02 §7. */
const status = { noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 };

function obstacle(error: Error & { code?: unknown }): Error {
  const detail = `SFTP status ${error.code}`;
  if (error.code === status.permissionDenied)
    return misconfigured('directory', 'directory', 'In dieses Verzeichnis darf Stellwerk nicht schreiben.', detail);
  if (error.code === status.noSuchFile)
    return Object.assign(misconfigured('directory', 'directory', 'Dieses Verzeichnis gibt es dort nicht.', detail), {
      absent: true,
    });
  if (error.code === status.failure)
    return later('directory', 'Das Zielsystem kann gerade keine Dateien annehmen; vielleicht fehlt Platz.', detail);
  return error;
}

function unlessAbsent(error: Error & { absent?: boolean }): undefined {
  if (!error.absent) throw error;
}

function unlessUnsupported(error: Error & { code?: unknown }): undefined {
  if (error.code !== status.unsupported && !/does not support/.test(error.message)) throw error;
}
