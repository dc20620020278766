import { createHash, timingSafeEqual } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { basename, join, posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2';
import { type Action, type FileServerBackend, type Login, slowness } from './file-server.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/**
 * Starts an SFTP server over folders on this host, with the commands that putting files there takes. It does not know
 * `posix-rename`, like an old server: that is the harder case for a client.
 */
export async function startSftpServer(options: {
  backend: FileServerBackend;
  /** A private key in OpenSSH's format, as {@link newKey} makes it. */
  hostKey: string;
  port?: number;
  host?: string;
}): Promise<{ port: number; close(): Promise<void> }> {
  const { backend, hostKey, port = 0, host = '127.0.0.1' } = options;
  const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => serve(connection, backend));
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    receive(socket, backend, () => ssh.injectSocket(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * Makes a pair of keys in OpenSSH's format. ECDSA, because ssh2 1.17 cannot read one in 300 of the Ed25519 keys that it
 * writes.
 */
export const newKey = (): { private: string; public: string } => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

/** The fingerprint of a private key's public half, as ssh prints it. */
export function fingerprintOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
}

function receive(socket: Socket, backend: FileServerBackend, welcome: () => void): void {
  switch (backend.trouble('connect')) {
    case 'down':
      socket.destroy();
      return;
    case 'hang':
      socket.resume();
      return;
    case 'garbage':
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>');
      return;
    case 'huge':
      socket.end(Buffer.alloc(11 * 1024 * 1024, 'x'));
      return;
    default:
      welcome();
  }
}

function serve(connection: Connection, backend: FileServerBackend): void {
  let login: Login | undefined;
  connection.on('error', () => {});
  connection.on('authentication', (attempt) => {
    const found = backend.login(attempt.username);
    if (!found || backend.trouble('login', found) === 'unauthorized' || !proves(attempt, found))
      return attempt.reject(['password', 'publickey']);
    login = found;
    attempt.accept();
  });
  connection.on('session', (accept) => {
    accept().on('sftp', (acceptSftp) => {
      if (login) new Session(acceptSftp(), login, backend, () => connection.end()).listen();
    });
  });
}

function proves(attempt: AuthContext, { password, publicKey }: Login): boolean {
  if (attempt.method === 'password') return same(Buffer.from(attempt.password), Buffer.from(password));
  if (attempt.method !== 'publickey' || !publicKey) return false;
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error || !same(attempt.key.data, key.getPublicSSH())) return false;
  return !attempt.signature || key.verify(attempt.blob!, attempt.signature, attempt.hashAlgo) === true;
}

const same = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);

/** Answers a command; what has been carried out is not undone when no answer is sent. */
type Answer = () => void;

/** One SFTP session. Each command meets the backend's trouble, is carried out, counted and answered. */
class Session {
  readonly #sftp: SFTPWrapper;
  readonly #login: Login;
  readonly #backend: FileServerBackend;
  readonly #drop: () => void;
  readonly #files = new Map<number, FileHandle>();
  /** Names of an opened directory that have not been read yet. */
  readonly #listings = new Map<number, string[]>();
  #lastHandle = 0;

  constructor(sftp: SFTPWrapper, login: Login, backend: FileServerBackend, drop: () => void) {
    this.#sftp = sftp;
    this.#login = login;
    this.#backend = backend;
    this.#drop = drop;
  }

  listen(): void {
    const sftp = this.#sftp;
    sftp.on('error', () => {});
    sftp.on('close', () => this.#closeAll());
    sftp.on('OPEN', (id, path, flags) => this.#handle(id, 'write', path, () => this.#open(id, path, flags)));
    sftp.on('WRITE', (id, handle, offset, data) =>
      this.#handle(id, 'write', '', async () => {
        await this.#fileOf(handle).write(data, 0, data.length, offset);
        return this.#ok(id);
      }),
    );
    sftp.on('READ', (id, handle, offset, length) =>
      this.#handle(id, 'read', '', () => this.#read(id, handle, offset, length)),
    );
    sftp.on('CLOSE', (id, handle) => this.#handle(id, 'read', '', () => this.#close(id, handle)));
    const statOf = (id: number, path: string) =>
      this.#handle(id, 'read', path, async () => this.#attributes(id, await stat(this.#at(path))));
    sftp.on('STAT', statOf);
    sftp.on('LSTAT', statOf);
    sftp.on('FSTAT', (id, handle) =>
      this.#handle(id, 'read', '', async () => this.#attributes(id, await this.#fileOf(handle).stat())),
    );
    sftp.on('RENAME', (id, from, to) =>
      this.#handle(id, isHidden(to) ? 'write' : 'arrive', to, () => this.#rename(id, from, to)),
    );
    sftp.on('REMOVE', (id, path) =>
      this.#handle(id, 'write', path, async () => {
        await unlink(this.#at(path));
        return this.#ok(id);
      }),
    );
    sftp.on('REALPATH', (id, path) => sftp.name(id, [{ filename: posix.resolve('/', path) }] as never));
    sftp.on('OPENDIR', (id, path) => this.#handle(id, 'read', path, () => this.#openDirectory(id, path)));
    sftp.on('READDIR', (id, handle) => this.#handle(id, 'read', '', async () => this.#readDirectory(id, handle)));
  }

  async #handle(id: number, action: Action, path: string, work: () => Promise<Answer>): Promise<void> {
    const trouble = this.#backend.trouble(action, this.#login, basename(path));
    if (trouble === 'down') return this.#drop();
    if (trouble === 'hang') return;
    if (trouble === 'busy' || trouble === 'garbage') return this.#sftp.status(id, STATUS_CODE.FAILURE);
    if (trouble === 'forbidden') return this.#sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
    const answer = await work().catch((error) => () => this.#sftp.status(id, codeOf(error)));
    this.#backend.called?.();
    if (trouble === 'commit-then-hang' && action === 'arrive') return;
    if (trouble === 'commit-then-fail' && action === 'arrive') return this.#sftp.status(id, STATUS_CODE.FAILURE);
    if (trouble === 'slow') await pause(slowness);
    answer();
  }

  async #open(id: number, path: string, flags: number): Promise<Answer> {
    const mode = flags & OPEN_MODE.WRITE ? (flags & OPEN_MODE.TRUNC ? 'w' : 'r+') : 'r';
    const file = await open(this.#at(path), mode);
    this.#files.set(++this.#lastHandle, file);
    return this.#handleAnswer(id);
  }

  async #read(id: number, handle: Buffer, offset: number, length: number): Promise<Answer> {
    const { bytesRead, buffer } = await this.#fileOf(handle).read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead === 0) return () => this.#sftp.status(id, STATUS_CODE.EOF);
    return () => this.#sftp.data(id, buffer.subarray(0, bytesRead));
  }

  async #close(id: number, handle: Buffer): Promise<Answer> {
    const number = handle.readUInt32BE(0);
    const file = this.#files.get(number);
    this.#files.delete(number);
    this.#listings.delete(number);
    await file?.close();
    return this.#ok(id);
  }

  /** Fails where the new name is taken, as version 3 of the protocol wants it. */
  async #rename(id: number, from: string, to: string): Promise<Answer> {
    const isTaken = await stat(this.#at(to)).catch(() => undefined);
    if (isTaken) return () => this.#sftp.status(id, STATUS_CODE.FAILURE);
    await rename(this.#at(from), this.#at(to));
    if (!isHidden(to)) await this.#backend.arrived(this.#login, posix.resolve('/', to).slice(1));
    return this.#ok(id);
  }

  async #openDirectory(id: number, path: string): Promise<Answer> {
    const names = await readdir(this.#at(path));
    this.#listings.set(++this.#lastHandle, names);
    return this.#handleAnswer(id);
  }

  #readDirectory(id: number, handle: Buffer): Answer {
    const names = this.#listings.get(handle.readUInt32BE(0))?.splice(0) ?? [];
    if (names.length === 0) return () => this.#sftp.status(id, STATUS_CODE.EOF);
    return () => this.#sftp.name(id, names.map((filename) => ({ filename, longname: filename, attrs: {} })) as never);
  }

  #at(path: string): string {
    return join(this.#login.folder, posix.resolve('/', path));
  }

  #fileOf(handle: Buffer): FileHandle {
    const file = this.#files.get(handle.readUInt32BE(0));
    if (!file) throw new Error('no file has this handle');
    return file;
  }

  /** Tells the client the handle of what was opened last. */
  #handleAnswer(id: number): Answer {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.#lastHandle);
    return () => this.#sftp.handle(id, handle);
  }

  #attributes(id: number, found: Stats): Answer {
    return () => this.#sftp.attrs(id, attributesOf(found) as never);
  }

  #ok(id: number): Answer {
    return () => this.#sftp.status(id, STATUS_CODE.OK);
  }

  #closeAll(): void {
    for (const file of this.#files.values()) void file.close().catch(() => {});
    this.#files.clear();
    this.#listings.clear();
  }
}

const isHidden = (path: string) => basename(path).startsWith('.');

const attributesOf = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats) => ({
  mode,
  uid,
  gid,
  size,
  atime: atimeMs / 1000,
  mtime: mtimeMs / 1000,
});

function codeOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
