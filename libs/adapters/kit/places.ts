import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '#submission/vocabulary.js';
import { bomb } from './fake.js';
import type { FileServerBackend, Login } from './file-server.js';
import type { TargetFixture } from './fixture.js';
import { fingerprintOf, newKey, startSftpServer } from './sftp.js';
import { abstractTroubles, type Target, type Trouble } from './target.js';
import { webdavServer } from './webdav.js';

/** The key in the name of a message's file; undefined for every other file. */
type KeyOf = (name: string) => string | undefined;

/** What the fixtures of an adapter that puts files somewhere differ in. */
export interface PlaceOptions {
  keyOf: KeyOf;
  unpack: TargetFixture['unpack'] & {};
  /** Further parameters of the adapter, by full name. */
  values?: Record<string, Json>;
}

const user = 'stellwerk';
const password = 'a-password-of-the-fixture';
const hostKey = newKey().private;

/** A folder behind a file server, and what was put there. */
class PlaceBackend implements FileServerBackend {
  readonly home = mkdtempSync(join(tmpdir(), 'file-drop-'));
  readonly folder = join(this.home, 'steuer');
  readonly effects: string[] = [];
  readonly writes: { bytes: Buffer }[] = [];
  readonly names: string[] = [];
  calls = 0;
  onCall: Target['onCall'];
  current: Trouble = { kind: 'none' };
  readonly #keyOf: KeyOf;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
    mkdirSync(this.folder);
  }

  login(name: string): Login | undefined {
    return name === user ? { user, password, folder: this.folder } : undefined;
  }

  /** `status` and `elsewhere` are for the HTTP server in front; the troubles after a commit are about messages only. */
  trouble(action: string, _login?: Login, name = '') {
    const { kind } = this.current;
    this.names.push(name);
    if (kind === 'status' || kind === 'elsewhere' || kind === 'absent') return 'none';
    const isMessage = action === 'arrive' && this.#keyOf(name) !== undefined;
    return kind.startsWith('commit-then') && !isMessage ? 'none' : kind;
  }

  async arrived({ folder }: Login, name: string): Promise<void> {
    this.writes.push({ bytes: readFileSync(join(folder, name)) });
    const key = this.#keyOf(name);
    if (key) this.effects.push(key);
  }

  called(): void {
    this.calls++;
    this.onCall?.(this.calls);
  }
}

/** Fixtures for an adapter whose parameters include those of a place of delivery: an SFTP and a WebDAV server. */
export function placeFixtures(id: string, options: PlaceOptions): { sftp: TargetFixture; webdav: TargetFixture } {
  const wrongCredentials = {
    values: { [`${id}.password`]: 'another-password-of-the-fixture' },
    blames: `${id}.password`,
  };
  return {
    sftp: {
      protocol: 'other',
      address: `${id}.host`,
      unreachable: { [`${id}.port`]: 9 },
      wrongCredentials,
      unpack: options.unpack,
      troubles: abstractTroubles.filter((kind) => kind !== 'bomb' && kind !== 'refuse'),
      cannot: { bomb: 'Keine Antwort von SFTP ist XML.', refuse: 'SFTP beurteilt keine Angaben.' },
      start: () => startSftp(id, options),
    },
    webdav: {
      address: `${id}.url`,
      authority: `${id}.ca`,
      wrongCredentials,
      unpack: options.unpack,
      start: () => startWebdav(id, options),
    },
  };
}

async function startSftp(id: string, { keyOf, values = {} }: PlaceOptions): Promise<Target> {
  const backend = new PlaceBackend(keyOf);
  const { port, close } = await startSftpServer({ backend, hostKey });
  const own = {
    ...values,
    [`${id}.place`]: 'sftp',
    [`${id}.host`]: '127.0.0.1',
    [`${id}.port`]: port,
    [`${id}.fingerprint`]: fingerprintOf(hostKey),
    [`${id}.user`]: user,
    [`${id}.password`]: password,
  };
  return targetOf(backend, own, [], close);
}

async function startWebdav(id: string, { keyOf, values = {} }: PlaceOptions): Promise<Target> {
  const backend = new PlaceBackend(keyOf);
  const serve = webdavServer(backend);
  const requests: Target['requests'] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, path, headers });
    const { current } = backend;
    if (current.kind === 'status') response.writeHead(current.status, current.headers).end(headers.authorization);
    else if (current.kind === 'elsewhere') response.writeHead(307, { location: current.url }).end();
    else if (current.kind === 'bomb') response.writeHead(207, { 'content-type': 'application/xml' }).end(bomb);
    else void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = {
    ...values,
    [`${id}.place`]: 'webdav',
    [`${id}.url`]: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webdav`,
    [`${id}.user`]: user,
    [`${id}.password`]: password,
  };
  return targetOf(backend, own, requests, () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  });
}

function targetOf(
  backend: PlaceBackend,
  values: Record<string, Json>,
  requests: Target['requests'],
  close: () => Promise<void>,
): Target {
  return {
    values,
    requests,
    writes: backend.writes,
    effects: backend.effects,
    names: backend.names,
    get calls() {
      return backend.calls;
    },
    get onCall() {
      return backend.onCall;
    },
    set onCall(listener) {
      backend.onCall = listener;
    },
    trouble(next) {
      backend.current = next;
    },
    async close() {
      await close();
      rmSync(backend.home, { recursive: true });
    },
  };
}
