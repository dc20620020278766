import { createHash } from 'node:crypto';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import type { AdapterContext } from '../../contract.js';
import { Absent, later, misconfigured, type Obstacle } from './obstacle.js';
import { credential, type PlaceParameters } from './parameters.js';
import { texts } from './texts.js';
import type { Place, Use } from './use.js';

/** Bytes that every server takes in one write (filexfer-02 §3: 32768 bytes of data at least). */
const piece = 32_768;
/** Writes that wait for their answers together: a distant server is not asked 600 times in a row for 20 MiB. */
const concurrentWrites = 32;

/** Opens a directory on an SSH server. */
export async function openSftp(context: AdapterContext, given: PlaceParameters, use: Use): Promise<Place> {
  const client = await login(context, given);
  const gone = new Promise<never>((_, reject) => {
    client.on('error', reject).once('close', () => reject(new Error('the connection has ended')));
  });
  gone.catch(() => {}); // whoever waits for an answer gets the error; without a request nobody needs it
  const channel = await answerTo<SFTPWrapper>(gone, (done) => client.sftp(done));
  return new SftpDirectory(client, channel, gone, given, use);
}

/** SFTP version 3 (draft-ietf-secsh-filexfer-02), with OpenSSH's extensions where the server has them. */
class SftpDirectory implements Place {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #gone: Promise<never>;
  readonly #directory: string;
  readonly #use: Use;

  constructor(client: Client, sftp: SFTPWrapper, gone: Promise<never>, { directory }: PlaceParameters, use: Use) {
    this.#client = client;
    this.#sftp = sftp;
    this.#gone = gone;
    this.#directory = directory;
    this.#use = use;
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const handle = await this.#answer<Buffer>((done) => this.#sftp.open(this.#at(name), 'w', done));
    const offsets = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, n) => n * piece);
    for (let next = 0; next < offsets.length; next += concurrentWrites)
      await Promise.all(
        offsets.slice(next, next + concurrentWrites).map((from) => {
          const part = Buffer.from(bytes.subarray(from, from + piece));
          return this.#answer((done) => this.#sftp.write(handle, part, 0, part.length, from, done));
        }),
      );
    await this.#answer((done) => this.#sftp.ext_openssh_fsync(handle, done)).catch(unlessUnsupported);
    await this.#answer((done) => this.#sftp.close(handle, done));
  }

  /** A plain rename fails where the new name is taken, so without OpenSSH's extension that file is removed first. */
  async rename(from: string, to: string): Promise<void> {
    const [old, wanted] = [this.#at(from), this.#at(to)];
    await this.#answer((done) => this.#sftp.ext_openssh_rename(old, wanted, done)).catch(async (error) => {
      unlessUnsupported(error);
      await this.#answer((done) => this.#sftp.unlink(wanted, done)).catch(unlessAbsent);
      await this.#answer((done) => this.#sftp.rename(old, wanted, done));
    });
  }

  size(name: string): Promise<number | undefined> {
    const path = this.#at(name);
    return this.#answer<{ size: number }>((done) => this.#sftp.stat(path, done)).then(({ size }) => size, unlessAbsent);
  }

  async read(name: string, largest: number): Promise<Uint8Array | undefined> {
    const size = await this.size(name);
    if (size === undefined) return undefined;
    if (size > largest) throw new Error('the file is too large');
    const handle = await this.#answer<Buffer>((done) => this.#sftp.open(this.#at(name), 'r', done));
    const bytes = Buffer.alloc(size);
    for (let from = 0; from < size; from += piece) {
      const length = Math.min(piece, size - from);
      await this.#answer((done) => this.#sftp.read(handle, bytes, from, length, from, done));
    }
    await this.#answer((done) => this.#sftp.close(handle, done));
    return bytes;
  }

  async probe(): Promise<void> {
    const found = await this.#answer<ssh2.Stats>((done) => this.#sftp.stat(this.#directory || '.', done)).catch(
      unlessAbsent,
    );
    if (!found?.isDirectory()) throw misconfigured('directory', 'directory', texts.sftp.noDirectory);
    if (this.#use === 'write' && (found.mode & 0o222) === 0)
      throw misconfigured('directory', 'directory', texts.sftp.readOnly);
  }

  close(): void {
    this.#client.end();
  }

  #at(name: string): string {
    return this.#directory === '' ? name : `${this.#directory.replace(/\/+$/, '')}/${name}`;
  }

  #answer<T>(request: Request<T>): Promise<T> {
    return answerTo(this.#gone, request);
  }
}

/** A request of ssh2, which calls back with the error or the result. */
type Request<T> = (done: (error?: Error | null, result?: T) => void) => void;

/** The answer to one request. What the server refuses has changed nothing, so it becomes an obstacle. */
const answerTo = <T>(gone: Promise<never>, request: Request<T>): Promise<T> =>
  Promise.race([
    gone,
    new Promise<T>((resolve, reject) =>
      request((error, result) => (error ? reject(obstacle(error)) : resolve(result as T))),
    ),
  ]);

async function login(context: AdapterContext, given: PlaceParameters): Promise<Client> {
  const socket = await context.connect(given.host!, given.port).catch((error: Error) => {
    throw later('connect', texts.sftp.unreachable, error.message, 'host');
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

function loginObstacle(error: Error & { level?: string }, known: boolean, given: PlaceParameters): Obstacle {
  if (!known) return misconfigured('hostKey', 'fingerprint', texts.sftp.otherHostKey);
  if (error.level === 'client-authentication')
    return misconfigured('authenticate', credential(given), texts.sftp.loginRefused);
  if (/privateKey/i.test(error.message)) return misconfigured('authenticate', 'privateKey', texts.sftp.keyNotReadable);
  return later('connect', texts.sftp.noSsh, error.name, 'host');
}

/** SSH_FXP_STATUS, filexfer-02 §7. */
const status = { noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 };

function obstacle(error: Error & { code?: unknown }): Error {
  const detail = `SFTP status ${error.code}`;
  if (error.code === status.permissionDenied)
    return misconfigured('directory', 'directory', texts.sftp.notWritable, detail);
  if (error.code === status.noSuchFile) return new Absent('directory', absent(detail));
  if (error.code === status.failure) return later('directory', texts.sftp.disturbed, detail);
  return error;
}

const absent = (detail: string): Obstacle['outcome'] => ({
  kind: 'misconfigured',
  parameter: 'directory',
  reason: { public: texts.sftp.noDirectory, detail },
});

function unlessAbsent(error: unknown): undefined {
  if (!(error instanceof Absent)) throw error;
}

function unlessUnsupported(error: Error & { code?: unknown }): undefined {
  if (error.code !== status.unsupported && !/does not support/.test(error.message)) throw error;
}
