import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { AdapterContext } from '../contract.js';
import { addressOf, domainOf, type MailParameters } from './parameters.js';

/** A server's refusal (RFC 5321 §4.2), or a connection that could not be made or broke. */
export interface SmtpError extends Error {
  /** `CONN`, `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`, … */
  command?: string;
  /** The reply's code; absent where there was no reply. */
  responseCode?: number;
  /** nodemailer's own: `EAUTH`, `EMESSAGE`, `ESOCKET`, `ETLS`, … */
  code: string;
  /** Of the error that nodemailer wrapped, OpenSSL's for instance. */
  originalCode?: string;
  /** `MAIL FROM` or `RCPT TO`, where {@link Session.prove} was refused. */
  refused?: string;
}

/**
 * Whether an error comes from the conversation with the server. Others are the core's to judge: an address that is not
 * allowed, the deadline, bytes that cannot be made again (`ESTREAM`).
 */
export const isSmtpError = (error: unknown): error is SmtpError =>
  error instanceof Error && 'code' in error && error.code !== undefined && error.code !== 'ESTREAM';

/** A conversation with a mail server, step by step. Each step may throw {@link SmtpError}. */
export interface Session {
  login(): Promise<void>;
  /** Finds out whether the server accepts sender and mailboxes, without sending: MAIL, RCPT, RSET. */
  prove(): Promise<void>;
  /**
   * Calls `message` for the bytes once the server is ready to take them. Until the last of them has left, nothing is
   * sent.
   */
  send(message: () => Promise<Buffer>): Promise<void>;
  /** Whether the message's last byte may have left. */
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
    connection: socket,
    host,
    port,
    name: domainOf(given),
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

/** nodemailer lets a custom authentication method send any command: the only way to MAIL and RCPT without DATA. */
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

/** A stream of bytes that are made when the first is read. Calls `atLast` before the last piece goes. */
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
