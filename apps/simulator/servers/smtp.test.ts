import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { freePort } from '#launch/ports.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { startSimulator } from '../simulator.js';

const mailbox = 'steueramt-082220000000@post.example.org';

let home: string;
let settings: Settings;
let simulator: { close(): Promise<void> };
let values: Record<string, string>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'post-'));
  settings = readSettings({ STELLWERK_HOME: home, ...anyPorts, SIMULATOR_PORT: String(await freePort()) });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
  values = await read('/control/development');
});
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});

const read = async (path: string) => (await fetch(`${settings.simulatorUrl}${path}`)).json() as Promise<never>;
const fault = (mode: string, body = {}) =>
  fetch(`${settings.simulatorUrl}/control/faults/post`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode, ...body }),
  });

/** The server's last answer, as a code; undefined where there is none. */
async function send(key: string, { to = mailbox, pass = values['smtpPassword'], subject = 'Hallo' } = {}) {
  const [host, port] = values['smtp']!.split(':');
  const transport = createTransport({
    host: host!,
    port: Number(port),
    secure: true,
    tls: { ca: values['ca']! },
    socketTimeout: 500,
    auth: { user: values['smtpUser']!, pass: pass! },
  });
  const message = {
    from: 'a@land.example.org',
    to,
    subject,
    text: 'Text',
    date: new Date(0),
    messageId: `<${key}@land.example.org>`,
    headers: { 'X-Stellwerk-Submission': 's-1' },
    baseBoundary: 'x',
    attachments: [{ filename: 'a.pdf', content: Buffer.from('%PDF-1.7'), contentType: 'application/pdf' }],
  };
  return transport.sendMail(message).then(
    ({ response }) => Number(response.slice(0, 3)),
    ({ responseCode }) => responseCode as number | undefined,
  );
}

test('a mail that comes twice is one effect, and lies in the mailbox with its files', async () => {
  expect([await send('k-1'), await send('k-1'), await send('k-1', { subject: 'anders' })]).toEqual([250, 250, 554]);
  expect(await read('/control/effects/post')).toMatchObject([
    { submissionId: 's-1', idempotencyKey: 'k-1', ars: '082220000000' },
  ]);
  expect(await read('/post')).toMatchObject([
    { key: 'k-1', subject: 'Hallo', to: [mailbox], files: [{ filename: 'a.pdf', size: 8 }] },
  ]);
  const paper = await fetch(`${settings.simulatorUrl}/post/k-1.pdf`);
  expect([paper.headers.get('content-type'), await paper.text()]).toEqual(['application/pdf', '%PDF-1.7']);
  expect(await (await fetch(`${settings.simulatorUrl}/post/k-1.eml`)).text()).toContain('Message-ID: <k-1@');
  expect((await fetch(`${settings.simulatorUrl}/post/k-9.eml`)).status).toBe(404);
});

test('who has no password is turned away', async () => {
  expect(await send('k-2', { pass: 'another' })).toBe(535);
});

test('faults are obeyed, for one municipality or all, and leave no effect', async () => {
  const said: unknown[] = [];
  for (const mode of ['busy', 'reject', 'down', 'unauthorized', 'garbage']) {
    await fault(mode, { ars: '082220000000', for: 1 });
    said.push(await send('k-3'));
    await fault('none');
  }
  await fault('busy', { ars: '081110000000' });
  said.push(await send('k-3', { to: 'a-081110000000@post.example.org' }));
  await fault('none');
  expect(said).toEqual([451, 554, undefined, 530, undefined, 451]);
  expect(await read('/control/effects/post/count')).toEqual({ count: 1 });
});

test('commit-then-hang takes the mail and never answers', async () => {
  await fault('commit-then-hang', { for: 1 });
  expect(await send('k-4')).toBeUndefined();
  expect(await read('/control/effects/post/count')).toEqual({ count: 2 });
});
