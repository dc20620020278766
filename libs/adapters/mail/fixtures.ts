import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { issueCertificate, makeAuthority } from '../kit/certificates.js';
import type { Fixture, Unpacked } from '../kit/fixture.js';
import type { Target, Trouble } from '../kit/target.js';

const login = { user: 'stellwerk', password: 'a-password-of-the-fixture' };

export const fixture: Fixture = {
  protocol: 'other',
  address: 'mail.host',
  authority: 'mail.ca',
  unreachable: { 'mail.host': '127.0.0.1:9' },
  wrongCredentials: { values: { 'mail.password': 'another-password-of-the-fixture' }, blames: 'mail.password' },
  start,
  unpack,
  troubles: ['down', 'hang', 'commit-then-hang', 'garbage', 'huge', 'busy', 'refuse', 'unauthorized', 'forbidden'],
  cannot: { bomb: 'Antworten eines Mailservers sind kein XML.' },
};

/** A mail server with TLS from the start, on loopback. What it is asked: connection, login, sender, mailbox, message. */
async function start(): Promise<Target> {
  let trouble: Trouble['kind'] = 'none';
  const authority = await makeAuthority('Stellwerk-Test');
  const identity = await issueCertificate(authority, { name: '127.0.0.1', hosts: ['127.0.0.1'] });
  const asked = () => {
    target.calls++;
    target.onCall?.(target.calls);
  };
  const server = new SMTPServer({
    ...{ secure: true, cert: identity.certificate, key: identity.key, disableReverseLookup: true, closeTimeout: 1 },
    onConnect({ id }, done) {
      asked();
      if (trouble === 'down') socketOf(id).destroy();
      else if (trouble !== 'hang') done();
    },
    onAuth({ username, password }, _, done) {
      asked();
      const known = username === login.user && password === login.password && trouble !== 'unauthorized';
      if (known) done(null, { user: username });
      else done(refusal(535, `${password} is wrong`));
    },
    onMailFrom({ address }, _, done) {
      asked();
      if (trouble === 'busy') done(refusal(451, `${address}, come later`));
      else if (trouble === 'forbidden') done(refusal(530, 'who are you'));
      else done();
    },
    onRcptTo(_, __, done) {
      asked();
      done();
    },
    async onData(stream, session, done) {
      const bytes = await buffer(stream).catch(() => undefined);
      if (!bytes) return;
      target.writes.push({ bytes });
      const key = /^Message-ID: <([^@]+)@/im.exec(bytes.toString('latin1'))?.[1] ?? '';
      if (trouble === 'none' || trouble === 'commit-then-hang') target.effects.push(key);
      asked();
      if (trouble === 'commit-then-hang') return;
      if (trouble === 'refuse') done(refusal(554, bytes.toString('latin1').replace(/\s+/g, ' ').slice(0, 400)));
      else if (trouble === 'garbage') socketOf(session.id).write('<html>Wartungsarbeiten</html>\r\n');
      else if (trouble === 'huge') socketOf(session.id).write('x'.repeat(11 * 1024 * 1024));
      else done();
    },
  });
  const socketOf = (id: string) => {
    const found = [...server.connections].find(({ session }) => session.id === id);
    return (found as unknown as { _socket: Socket })._socket;
  };
  server.on('error', () => {});
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  const target = {
    ...{ effects: [] as string[], writes: [] as { bytes: Buffer }[], requests: [], calls: 0 },
    onCall: undefined as Target['onCall'],
    values: {
      ...{ 'mail.host': `127.0.0.1:${port}`, 'mail.ca': authority.certificate, 'mail.maxMegabytes': 60 },
      ...{ 'mail.user': login.user, 'mail.password': login.password },
      ...{ 'mail.from': 'stellwerk@land.example.org', 'mail.to': ['steueramt@stadt.example.org'] },
    },
    trouble({ kind }: Trouble) {
      trouble = kind;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return target;
}

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/** The data file's text apart from the attachments, which come behind it. */
async function unpack(writes: Buffer[]): Promise<Unpacked> {
  const mails = await Promise.all(writes.map((bytes) => PostalMime.parse(bytes)));
  const files = mails.flatMap(({ attachments }) =>
    attachments.map(({ content }) => Buffer.from(content as ArrayBuffer)),
  );
  const data = mails.flatMap(({ attachments }) => attachments.slice(1, 2));
  const texts = data.map(({ content, mimeType }) => decoded(Buffer.from(content as ArrayBuffer).toString(), mimeType));
  return { texts: [...mails.map(({ subject, text }) => `${subject}\n${text}`), ...texts].join('\n'), files };
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decoded(text: string, mimetype: string): string {
  if (mimetype === 'application/json') return strings(JSON.parse(text)).join('\n');
  if (mimetype === 'text/csv') return text.replaceAll('""', '"');
  return text.replace(/&(?:#x([0-9a-f]+)|(\w+));/gi, (_, hex, name) =>
    hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (entities[name] ?? ''),
  );
}

const strings = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value ? Object.values(value).flatMap(strings) : [];
