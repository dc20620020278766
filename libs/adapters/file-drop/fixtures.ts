import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';
import { bomb } from '../kit/fake.js';
import { abstractTroubles, type Target, type TargetFixture, type Trouble } from '../kit/fixture.js';
import type { Keeper, Login } from '../kit/keeper.js';
import { fingerprintOf, newKey, startSftpServer } from '../kit/sftp.js';
import { webdavServer } from '../kit/webdav.js';

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

  constructor() {
    mkdirSync(this.folder);
  }
  login = (user: string): Login | undefined =>
    user === 'stellwerk' ? { user, password, folder: this.folder } : undefined;
  trouble(action: string, _login?: Login, name = '') {
    const { kind } = this.now;
    if (kind === 'status' || kind === 'elsewhere') return 'none';
    return kind === 'commit-then-hang' && (action !== 'arrive' || keyOf(name) === undefined) ? 'none' : kind;
  }
  async arrived({ folder }: Login, name: string) {
    this.writes.push({ bytes: readFileSync(join(folder, name)) });
    const key = keyOf(name);
    if (key) this.effects.push(key);
  }
  called() {
    this.calls++;
    this.onCall?.(this.calls);
  }
}

/** Of a message; attachments have a number behind it. */
const keyOf = (name: string) => /^([\w-]+)\.(?:json|xml|csv)$/.exec(name)?.[1];

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

/** What is no message is an attachment. */
function unpack(writes: Buffer[]) {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const text = bytes.toString();
    if (text.startsWith('<?xml')) texts.push(JSON.stringify(xml.parse(text)));
    else if (text.startsWith('\ufeff')) texts.push(JSON.stringify(text.replaceAll('""', '"')));
    else if (/^[[{]/.test(text)) texts.push(text);
    else files.push(bytes);
  }
  return { texts: texts.map((text) => strings(JSON.parse(text)).join('\n')).join('\n'), files };
}

const xml = new XMLParser({ trimValues: false, htmlEntities: true, parseTagValue: false });
const strings = (value: Json): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [String(value)];

const sftp: TargetFixture = {
  protocol: 'other',
  address: 'file-drop.host',
  unreachable: { 'file-drop.port': 9 },
  wrongCredentials: {
    values: { 'file-drop.password': 'another-password-of-the-fixture' },
    blames: 'file-drop.password',
  },
  unpack,
  troubles: abstractTroubles.filter((kind) => kind !== 'bomb' && kind !== 'refuse'),
  cannot: { bomb: 'no answer of SFTP is XML', refuse: 'SFTP judges no data' },
  async start() {
    const shelf = new Shelf();
    const { port, close } = await startSftpServer({ keeper: shelf, hostKey });
    const values = {
      'file-drop.place': 'sftp',
      'file-drop.host': '127.0.0.1',
      'file-drop.port': port,
      'file-drop.fingerprint': fingerprintOf(hostKey),
      'file-drop.user': 'stellwerk',
      'file-drop.password': password,
    };
    return target(shelf, values, close);
  },
};

const webdav: TargetFixture = {
  address: 'file-drop.url',
  authority: 'file-drop.ca',
  wrongCredentials: sftp.wrongCredentials,
  unpack,
  async start() {
    const shelf = new Shelf();
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
      'file-drop.place': 'webdav',
      'file-drop.url': `http://127.0.0.1:${(server.address() as AddressInfo).port}/webdav`,
      'file-drop.user': 'stellwerk',
      'file-drop.password': password,
    };
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return Object.assign(target(shelf, values, close), { requests });
  },
};

export const fixtures = {
  sftp,
  webdav,
  folder: {
    withoutTarget: 'a folder on the worker’s own host; place.test.ts tries it',
    values: { 'file-drop.place': 'folder', 'file-drop.folder': 'steuer' },
    ends: 'misconfigured',
  },
};
