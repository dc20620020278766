import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { AdapterContext } from '../contract.js';
import { addressOf, domainOf, type MailParameters } from './parameters.js';

/** A server's refusal, or what became of the connection (RFC 5321 §4.2). */
export interface SmtpError extends Error {
  /** `CONN`, `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`, … */
  command?: string;
  /** The reply's code; absent where there was no reply. */
  responseCode?: number;
  code?: string;
  originalCode?: string;
  /** The command of the envelope that was refused. */
  refused?: string;
}

/** A conversation with a mail server, step by step. Each step throws {@link SmtpError}. */
export interface Session {
  login(): Promise<void>;
  /** Proves sender and mailboxes without sending: MAIL, RCPT, RSET. */
  prove(): Promise<void>;
  /** `message` is asked for its bytes once the server is ready to take them; until their last byte has left, nothing is sent. */
  send(message: () => Promise<Buffer>): Promise<void>;
  /** Whether the last byte may have left. */
  sent(): boolean;
  leave(): Promise<void>;
}

const envelope = 'STELLWERK-ENVELOPE';

/** Connects and negotiates TLS. */
export async function openSession(context: AdapterContext, given: MailParameters): Promise<Session> {
  const { security, ca, user, password, from, to } = given;
  const { host, port } = addressOf(given);
  const socket = (await context.connect(host, port, { plain: security === 'none' })) as Socket;
  const smtp = new SMTPConnection({
    ...{ connection: socket, host, port, name: domainOf(given) },
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca && { ca: [...rootCertificates, ca] }) },
    customAuth: { [envelope]: ({ sendCommand }) => proved(sendCommand, from, to) },
  });
  const broken = new Promise<never>((_, reject) => {
    smtp.on('error', reject);
    smtp.once('end', () => reject(Object.assign(new Error('the connection has ended'), { code: 'ECONNECTION' })));
  });
  broken.catch(() => {});
  const step = <T>(run: (done: (error?: Error | null, result?: T) => void) => void): Promise<T | undefined> =>
    Promise.race([
      broken,
      new Promise<T | undefined>((done, reject) => run((error, result) => (error ? reject(error) : done(result)))),
    ]);
  let sent = false;
  await step((done) => smtp.connect(done));
  return {
    async login() {
      if (user && password) await step((done) => smtp.login({ user, pass: password }, done));
    },
    async prove() {
      await step((done) => smtp.login({ method: envelope }, done));
    },
    async send(message) {
      const body = lazily(message, () => {
        sent = true;
      });
      await step((done) => smtp.send({ from, to }, body, done));
    },
    sent: () => sent,
    async leave() {
      smtp.quit();
      await Promise.race([broken.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    },
  };
}

type SendCommand = (command: string) => Promise<{ response: string; status: number }>;

/** nodemailer lets an authentication method of one's own speak freely: the only way to MAIL and RCPT without DATA. */
async function proved(sendCommand: SendCommand, from: string, to: string[]): Promise<void> {
  const commands = [`MAIL FROM:<${from}>`, ...to.map((mailbox) => `RCPT TO:<${mailbox}>`), 'RSET'];
  for (const command of commands) {
    const { response } = await sendCommand(command);
    const status = Number(/^\d{3}/.exec(response)?.[0]);
    if (status >= 200 && status < 300) continue;
    const [name] = command.split(':');
    throw Object.assign(new Error(`${name} was refused`), { refused: name, responseCode: status });
  }
}

/** Bytes that are made when they are asked for; `atLast` is called before the last of them goes. */
function lazily(message: () => Promise<Buffer>, atLast: () => void): Readable {
  const piece = 64 * 1024;
  return Readable.from(
    (async function* () {
      const bytes = await message();
      for (let at = 0; at < bytes.length; at += piece) {
        if (at + piece >= bytes.length) atLast();
        yield bytes.subarray(at, at + piece);
      }
    })(),
    { objectMode: false, highWaterMark: 1 },
  );
}
