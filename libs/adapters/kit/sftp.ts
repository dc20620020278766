import { createHash, timingSafeEqual } from 'node:crypto';
import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { basename, join, posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2';
import { type Action, type Keeper, type Login, slowness } from './keeper.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** An SFTP server over folders on this host, as far as one needs to put files there. Knows no `posix-rename`: an old server is the harder case. */
export async function startSftpServer(options: {
  keeper: Keeper;
  /** Private, OpenSSH's format ({@link newKey}). */
  hostKey: string;
  port?: number;
  host?: string;
}): Promise<{ port: number; close(): Promise<void> }> {
  const { keeper, hostKey, port = 0, host = '127.0.0.1' } = options;
  const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => serve(connection, keeper));
  const sockets = new Set<Socket>();
  const door = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    receive(socket, keeper, () => ssh.injectSocket(socket));
  });
  await new Promise<void>((resolve, reject) => door.once('error', reject).listen(port, host, resolve));
  return {
    port: (door.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        door.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A pair of keys in OpenSSH's format. ECDSA, since ssh2 1.17 cannot read one in 300 of the Ed25519 keys that it writes. */
export const newKey = (): { private: string; public: string } => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

/** Of a private key's public half, as ssh prints it. */
export function fingerprintOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
}

function receive(socket: Socket, keeper: Keeper, welcome: () => void): void {
  switch (keeper.trouble('connect')) {
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

function serve(connection: Connection, keeper: Keeper): void {
  let login: Login | undefined;
  connection.on('error', () => {});
  connection.on('authentication', (attempt) => {
    const found = keeper.login(attempt.username);
    if (!found || keeper.trouble('login', found) === 'unauthorized' || !proves(attempt, found))
      return attempt.reject(['password', 'publickey']);
    login = found;
    attempt.accept();
  });
  connection.on('session', (accept) => {
    accept().on('sftp', (acceptSftp) => answer(acceptSftp(), login!, keeper, () => connection.end()));
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

/** One session: each command meets what goes wrong, is done, counted and answered. */
function answer(sftp: SFTPWrapper, login: Login, keeper: Keeper, drop: () => void): void {
  const handles = new Map<number, FileHandle | string[]>();
  let last = 0;
  const at = (path: string) => join(login.folder, posix.resolve('/', path));
  const handleOf = (handle: Buffer) => handles.get(handle.readUInt32BE(0));
  const keep = (what: FileHandle | string[]) => {
    handles.set(++last, what);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(last);
    return handle;
  };
  sftp.on('error', () => {});
  sftp.on('close', () => {
    for (const one of handles.values()) if (!Array.isArray(one)) void one.close().catch(() => {});
    handles.clear();
  });

  async function handle(id: number, action: Action, name: string, work: () => Promise<() => void>): Promise<void> {
    const trouble = keeper.trouble(action, login, basename(name));
    if (trouble === 'down') return drop();
    if (trouble === 'hang') return;
    if (trouble === 'busy' || trouble === 'garbage') return sftp.status(id, STATUS_CODE.FAILURE);
    if (trouble === 'forbidden') return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
    const reply = await work().catch((error) => () => sftp.status(id, codeOf(error)));
    keeper.called?.();
    if (trouble === 'commit-then-hang' && action === 'arrive') return;
    if (trouble === 'slow') await pause(slowness);
    reply();
  }
  const ok = (id: number) => () => sftp.status(id, STATUS_CODE.OK);

  sftp.on('OPEN', (id, path, flags) =>
    handle(id, 'write', path, async () => {
      const mode = flags & OPEN_MODE.WRITE ? (flags & OPEN_MODE.TRUNC ? 'w' : 'r+') : 'r';
      const kept = keep(await open(at(path), mode));
      return () => sftp.handle(id, kept);
    }),
  );
  sftp.on('WRITE', (id, where, offset, data) =>
    handle(id, 'write', '', async () => {
      const file = handleOf(where) as FileHandle;
      await file.write(data, 0, data.length, offset);
      return ok(id);
    }),
  );
  sftp.on('READ', (id, where, offset, length) =>
    handle(id, 'read', '', async () => {
      const { bytesRead, buffer } = await (handleOf(where) as FileHandle).read(Buffer.alloc(length), 0, length, offset);
      return bytesRead > 0
        ? () => sftp.data(id, buffer.subarray(0, bytesRead))
        : () => sftp.status(id, STATUS_CODE.EOF);
    }),
  );
  sftp.on('CLOSE', (id, where) =>
    handle(id, 'read', '', async () => {
      const one = handleOf(where);
      handles.delete(where.readUInt32BE(0));
      if (one && !Array.isArray(one)) await one.close();
      return ok(id);
    }),
  );
  for (const question of ['STAT', 'LSTAT'] as const)
    sftp.on(question, (id: number, path: string) =>
      handle(id, 'read', path, async () => {
        const found = await stat(at(path));
        return () => sftp.attrs(id, attributes(found) as never);
      }),
    );
  sftp.on('FSTAT', (id, where) =>
    handle(id, 'read', '', async () => {
      const found = await (handleOf(where) as FileHandle).stat();
      return () => sftp.attrs(id, attributes(found) as never);
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    handle(id, basename(to).startsWith('.') ? 'write' : 'arrive', to, async () => {
      const there = await stat(at(to)).catch(() => undefined);
      if (there) return () => sftp.status(id, STATUS_CODE.FAILURE);
      await rename(at(from), at(to));
      if (!basename(to).startsWith('.')) await keeper.arrived(login, posix.resolve('/', to).slice(1));
      return ok(id);
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    handle(id, 'write', path, async () => {
      await unlink(at(path));
      return ok(id);
    }),
  );
  sftp.on('REALPATH', (id, path) => sftp.name(id, [{ filename: posix.resolve('/', path) }] as never));
  sftp.on('OPENDIR', (id, path) =>
    handle(id, 'read', path, async () => {
      const kept = keep(await readdir(at(path)));
      return () => sftp.handle(id, kept);
    }),
  );
  sftp.on('READDIR', (id, where) =>
    handle(id, 'read', '', async () => {
      const names = (handleOf(where) as string[]).splice(0);
      if (names.length === 0) return () => sftp.status(id, STATUS_CODE.EOF);
      return () => sftp.name(id, names.map((filename) => ({ filename, longname: filename, attrs: {} })) as never);
    }),
  );
}

const attributes = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Awaited<ReturnType<typeof stat>>) => ({
  ...{ mode, uid, gid, size },
  ...{ atime: Number(atimeMs) / 1000, mtime: Number(mtimeMs) / 1000 },
});

function codeOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
