import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '#submission/vocabulary.js';
import { bomb } from './fake.js';
import { type TargetFixture } from './fixture.js';
import type { Keeper, Login } from './keeper.js';
import { fingerprintOf, newKey, startSftpServer } from './sftp.js';
import { abstractTroubles, type Target, type Trouble } from './target.js';
import { webdavServer } from './webdav.js';

/** The key of a message, by its file's name; undefined for other files. */
type KeyOf = (name: string) => string | undefined;

const password = 'a-password-of-the-fixture';
const hostKey = newKey().private;

/** A place and what was put there. */
class Shelf implements Keeper {
  readonly home = mkdtempSync(join(tmpdir(), 'file-drop-'));
  readonly folder = join(this.home, 'steuer');
  readonly effects: string[] = [];
  readonly writes: { bytes: Buffer }[] = [];
  calls = 0;
  onCall: Target['onCall'];
  now: Trouble = { kind: 'none' };

  constructor(readonly keyOf: KeyOf) {
    mkdirSync(this.folder);
  }
  login = (user: string): Login | undefined =>
    user === 'stellwerk' ? { user, password, folder: this.folder } : undefined;
  trouble(action: string, _login?: Login, name = '') {
    const { kind } = this.now;
    if (kind === 'status' || kind === 'elsewhere') return 'none';
    return kind === 'commit-then-hang' && (action !== 'arrive' || this.keyOf(name) === undefined) ? 'none' : kind;
  }
  async arrived({ folder }: Login, name: string) {
    this.writes.push({ bytes: readFileSync(join(folder, name)) });
    const key = this.keyOf(name);
    if (key) this.effects.push(key);
  }
  called() {
    this.calls++;
    this.onCall?.(this.calls);
  }
}

function target(shelf: Shelf, values: Record<string, Json>, close: () => Promise<void>): Target {
  return {
    values,
    trouble: (next) => {
      shelf.now = next;
    },
    writes: shelf.writes,
    effects: shelf.effects,
    get calls() {
      return shelf.calls;
    },
    get onCall() {
      return shelf.onCall;
    },
    set onCall(tell) {
      shelf.onCall = tell;
    },
    requests: [],
    async close() {
      await close();
      rmSync(shelf.home, { recursive: true });
    },
  };
}

/** Places to put files to, for an adapter with the parameters of a place (`libs/adapters/tools/place`): an SFTP server and a WebDAV server. */
export function shelves(
  id: string,
  {
    keyOf,
    unpack,
    values: more = {},
  }: { keyOf: KeyOf; unpack: TargetFixture['unpack'] & {}; values?: Record<string, Json> },
): { sftp: TargetFixture; webdav: TargetFixture } {
  const sftp: TargetFixture = {
    protocol: 'other',
    address: `${id}.host`,
    unreachable: { [`${id}.port`]: 9 },
    wrongCredentials: {
      values: { [`${id}.password`]: 'another-password-of-the-fixture' },
      blames: `${id}.password`,
    },
    unpack,
    troubles: abstractTroubles.filter((kind) => kind !== 'bomb' && kind !== 'refuse'),
    cannot: { bomb: 'no answer of SFTP is XML', refuse: 'SFTP judges no data' },
    async start() {
      const shelf = new Shelf(keyOf);
      const { port, close } = await startSftpServer({ keeper: shelf, hostKey });
      const values = {
        ...more,
        [`${id}.place`]: 'sftp',
        [`${id}.host`]: '127.0.0.1',
        [`${id}.port`]: port,
        [`${id}.fingerprint`]: fingerprintOf(hostKey),
        [`${id}.user`]: 'stellwerk',
        [`${id}.password`]: password,
      };
      return target(shelf, values, close);
    },
  };

  const webdav: TargetFixture = {
    address: `${id}.url`,
    authority: `${id}.ca`,
    wrongCredentials: sftp.wrongCredentials,
    unpack,
    async start() {
      const shelf = new Shelf(keyOf);
      const serve = webdavServer(shelf);
      const requests: Target['requests'] = [];
      const server = createServer((request, response) => {
        requests.push({ method: request.method!, path: request.url!, headers: request.headers });
        if (shelf.now.kind === 'status')
          response.writeHead(shelf.now.status, shelf.now.headers).end(request.headers.authorization);
        else if (shelf.now.kind === 'elsewhere') response.writeHead(307, { location: shelf.now.url }).end();
        else if (shelf.now.kind === 'bomb') response.writeHead(207, { 'content-type': 'application/xml' }).end(bomb);
        else void serve(request, response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const values = {
        ...more,
        [`${id}.place`]: 'webdav',
        [`${id}.url`]: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webdav`,
        [`${id}.user`]: 'stellwerk',
        [`${id}.password`]: password,
      };
      const close = () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      return Object.assign(target(shelf, values, close), { requests });
    },
  };
  return { sftp, webdav };
}
