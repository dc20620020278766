import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';
import type { Json } from '#submission/vocabulary.js';
import { type Identity, issueCertificate, makeAuthority } from '../kit/certificates.js';
import type { Target, Trouble } from '../kit/target.js';

export const login = { user: 'stellwerk', password: 'a-password-of-the-fixture' };

type Handlers = Required<Pick<SMTPServerOptions, 'onConnect' | 'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData'>>;

/**
 * A mail server on loopback with TLS from the start. Connection, login, sender, mailbox and message are a call each.
 */
export class MailServer implements Target {
  readonly effects: string[] = [];
  readonly writes: { bytes: Buffer }[] = [];
  readonly requests: Target['requests'] = [];
  calls = 0;
  onCall: Target['onCall'] = undefined;
  values: Record<string, Json> = {};
  #trouble: Trouble['kind'] = 'none';
  readonly #server: SMTPServer;

  private constructor({ certificate, key }: Identity) {
    this.#server = new SMTPServer({
      secure: true,
      cert: certificate,
      key,
      disableReverseLookup: true,
      closeTimeout: 1,
      ...this.#handlers(),
    });
    this.#server.on('error', () => {});
    this.#server.server.on('connection', (socket: Socket) => {
      socket.on('error', () => {});
    });
  }

  static async start(): Promise<MailServer> {
    const authority = await makeAuthority('Stellwerk-Test');
    const identity = await issueCertificate(authority, { name: '127.0.0.1', hosts: ['127.0.0.1'] });
    const mail = new MailServer(identity);
    await once(mail.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = mail.#server.server.address() as AddressInfo;
    mail.values = {
      'mail.host': `127.0.0.1:${port}`,
      'mail.ca': authority.certificate,
      'mail.maxMegabytes': 60,
      'mail.user': login.user,
      'mail.password': login.password,
      'mail.from': 'stellwerk@land.example.org',
      'mail.to': ['steueramt@stadt.example.org'],
    };
    return mail;
  }

  trouble({ kind }: Trouble): void {
    this.#trouble = kind;
  }

  /** The library ends the connections: a socket that is taken away below a TLS handshake crashes Node.js. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #handlers(): Handlers {
    return {
      onConnect: ({ id }, done) => {
        this.#called();
        if (this.#trouble === 'down') this.#socketOf(id).destroy();
        else if (this.#trouble !== 'hang') done();
      },
      onAuth: ({ username, password }, _, done) => {
        this.#called();
        const known = username === login.user && password === login.password && this.#trouble !== 'unauthorized';
        if (known) done(null, { user: username });
        else done(refusal(535, `${password} is wrong`));
      },
      onMailFrom: ({ address }, _, done) => {
        this.#called();
        if (this.#trouble === 'busy') done(refusal(451, `${address}, come later`));
        else if (this.#trouble === 'forbidden') done(refusal(530, 'who are you'));
        else done();
      },
      onRcptTo: (_, __, done) => {
        this.#called();
        done();
      },
      onData: (stream, { id }, done) => void this.#receive(stream, id, done),
    };
  }

  async #receive(stream: SMTPServerDataStream, id: string, done: (error?: Error | null) => void): Promise<void> {
    const bytes = await buffer(stream).catch(() => undefined);
    if (!bytes) return;
    const trouble = this.#trouble;
    this.writes.push({ bytes });
    const text = bytes.toString('latin1');
    const key = /^Message-ID: <([^@]+)@/im.exec(text)?.[1] ?? '';
    if (trouble === 'none' || trouble === 'commit-then-hang') this.effects.push(key);
    this.#called();
    if (trouble === 'commit-then-hang') return;
    if (trouble === 'refuse') done(refusal(554, text.replace(/\s+/g, ' ').slice(0, 400)));
    else if (trouble === 'garbage') this.#socketOf(id).write('<html>Wartungsarbeiten</html>\r\n');
    else if (trouble === 'huge') this.#socketOf(id).write('x'.repeat(11 * 1024 * 1024));
    else done();
  }

  #called(): void {
    this.calls++;
    this.onCall?.(this.calls);
  }

  #socketOf(id: string): Socket {
    const found = [...this.#server.connections].find(({ session }) => session.id === id);
    return (found as unknown as { _socket: Socket })._socket;
  }
}

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });
