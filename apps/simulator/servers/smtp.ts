import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { texts } from '../texts.js';
import { type Mode, slowMs } from '../world/faults.js';
import { fingerprint } from '../world/fingerprint.js';
import type { World } from '../world/world.js';
import { portOf, type StartServer } from './server.js';

const login = { smtpUser: 'stellwerk', smtpPassword: 'post-dev-password' };

/**
 * The authorities' mail server: TLS from the start, with login. The municipality of a mailbox is the ARS in its
 * address.
 */
export const startSmtp: StartServer = async ({ settings, world, certificates }) => {
  const { certificate, key } = certificates.server;
  const modeFor = (ars?: string) => world.modeFor('post', { ars, delivery: false });
  const server = new SMTPServer({
    secure: true,
    cert: certificate,
    key,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(session, done) {
      if (modeFor() === 'down') drop(server, session);
      else done();
    },
    onAuth({ username, password }, _, done) {
      const known = username === login.smtpUser && password === login.smtpPassword && modeFor() !== 'unauthorized';
      if (known) done(null, { user: username });
      else done(refusal(535, texts.post.wrongCredentials));
    },
    onRcptTo({ address }, session, done) {
      const mode = modeFor(arsOf(address));
      if (mode === 'down') drop(server, session);
      else done(refused(mode));
    },
    onData(stream, session, done) {
      receive(world, server, stream, session).then(
        (answer) => answer !== 'silence' && done(answer),
        () => drop(server, session),
      );
    },
  });
  server.on('error', () => {});
  await once(server.listen(settings.SIMULATOR_SMTP_PORT, settings.HOST), 'listening');
  const port = portOf(server.server);
  return {
    values: { smtp: `${new URL(settings.simulatorUrl).hostname}:${port}`, ca: certificates.ca, ...login },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

/** Takes a message and returns the answer to the sender. Throws if the connection is to be dropped. */
async function receive(
  world: World,
  server: SMTPServer,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Error | undefined | 'silence'> {
  const ars = arsOf(session.envelope.rcptTo[0]?.address ?? '');
  const mode = world.modeFor('post', { ars, delivery: true });
  const bytes = await buffer(stream);
  if (mode === 'down') throw new Error('down');
  if (mode === 'garbage') {
    socketOf(server, session)?.write(texts.post.maintenance);
    return 'silence';
  }
  const denied = refused(mode);
  if (denied) return denied;
  const answer = await keep(world, bytes, ars);
  if (mode === 'slow') await pause(slowMs, undefined, { ref: false });
  if (mode === 'commit-then-fail') return refusal(451, texts.badGateway);
  return mode === 'commit-then-hang' ? 'silence' : answer;
}

/** Stores a mail. One whose Message-ID has come before is accepted but not stored again. */
async function keep(world: World, bytes: Buffer, ars = ''): Promise<Error | undefined> {
  const head = bytes.subarray(0, bytes.indexOf('\r\n\r\n')).toString('latin1');
  const idempotencyKey = /^Message-ID: <([\w-]{1,80})@/im.exec(head)?.[1] ?? null;
  const submissionId = /^X-Stellwerk-Submission: (\S+)/im.exec(head)?.[1] ?? '';
  const at = new Date();
  const effect = { submissionId, idempotencyKey, at: at.toISOString(), ars };
  const outcome = await world.record('post', effect, fingerprint(bytes));
  if (outcome === 'recorded') await world.post.keep(idempotencyKey ?? randomUUID(), bytes, at);
  return outcome === 'conflict' ? refusal(554, texts.post.conflict) : undefined;
}

const arsOf = (address: string) => /\d{12}/.exec(address)?.[0];

function refused(mode: Mode): Error | undefined {
  if (mode === 'busy') return refusal(451, texts.busy);
  if (mode === 'unauthorized') return refusal(530, texts.post.loginNeeded);
  return mode === 'reject' ? refusal(554, texts.post.refused) : undefined;
}

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

function socketOf(server: SMTPServer, { id }: SMTPServerSession): Socket | undefined {
  const found = [...server.connections].find(({ session }) => session.id === id);
  return (found as unknown as { _socket?: Socket })?._socket;
}

const drop = (server: SMTPServer, session: SMTPServerSession) => void socketOf(server, session)?.destroy();
