import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '#launch/ports.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { startSimulator } from '../simulator.js';
import { runDemo } from './demo.js';
import { demoSubmissions } from './submissions.js';

let home: string;
let settings: Settings;
let simulator: { close(): Promise<void> };
let gateway: Server;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'demo-'));
  const port = await freePort();
  gateway = createServer(thinGateway(`http://127.0.0.1:${port}`));
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  settings = readSettings({
    STELLWERK_HOME: home,
    ...anyPorts,
    SIMULATOR_PORT: String(port),
    GATEWAY_URL: gatewayUrl,
    CONSOLE_URL: gatewayUrl,
  });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
});
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  await simulator.close();
  rmSync(home, { recursive: true });
});

test('shows one turned away, one retried, one dead letter, tells how it ended and leaves no fault', async () => {
  let text = '';
  await runDemo(settings, { write: (more) => (text += more) });
  expect(text).toContain(`Das Portal schickt ${demoSubmissions.length} Anträge.`);
  expect(text).toContain('Stuttgart, Hundesteuer: abgewiesen – Familienname: Bitte ausfüllen. (und 1 weitere)');
  expect(text).toContain('Ulm, Hundesteuer (rest): unterwegs – Zustellung verschoben.');
  expect(text).toContain('Ulm, Hundesteuer (rest): zugestellt');
  expect(text).toContain('Karlsruhe, Hundesteuer (rest): Dead Letter');
  expect(text).toContain(`${demoSubmissions.length - 2} zugestellt, 1 an der Tür abgewiesen, 1 Dead Letter.`);
  expect(text).toContain(`An ihren Zielen sind ${demoSubmissions.length - 2} Anträge angekommen, keiner doppelt.`);
  expect(text).toContain('npx stellwerk dead-letters replay SW-082120000000 --parameters current');
  expect(text).toMatch(/Stuttgart hat schon geantwortet: npx stellwerk submissions show SW-081110000000\n/);
  const faults = (await (await fetch(`${settings.simulatorUrl}/control/faults`)).json()) as Record<string, unknown[]>;
  expect(Object.values(faults).flat()).toEqual([]);
});

/**
 * As much of a gateway and a worker as the demonstration can see: each look at a submission tries its delivery once.
 */
function thinGateway(simulatorUrl: string) {
  const submissions = new Map<
    string,
    { ars: string; leistung: string; state: string; attempts: number; text: string }
  >();
  const attempt = async (id: string) => {
    const submission = submissions.get(id)!;
    const status = await fetch(`${simulatorUrl}/steuer/deliveries`, {
      method: 'POST',
      headers: { authorization: 'Bearer steuer-dev-token', 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ submissionId: id, ars: submission.ars }),
    }).then(
      ({ status }) => status,
      () => 0,
    );
    submission.attempts++;
    const state = status === 422 ? 'rejected' : status >= 200 && status < 300 ? 'delivered' : 'processing';
    Object.assign(submission, { state, text: state === 'processing' ? 'Zustellung verschoben.' : 'Fertig.' });
  };
  return async (...[request, response]: Parameters<Parameters<typeof createServer>[1] & {}>) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const url = new URL(request.url!, 'http://gateway');
    if (url.pathname.startsWith('/api/v1/parameters/'))
      return send(200, { etag: '"0"', versions: [{ author: 'somebody' }] });
    const known = submissions.get(url.pathname.split('/').at(-1)!);
    if (request.method === 'GET' && known) {
      if (known.state !== 'delivered' && known.state !== 'rejected') await attempt(url.pathname.split('/').at(-1)!);
      const task = {
        taskId: `task-${known.ars}`,
        adapter: 'rest',
        state: known.state === 'rejected' ? 'dead' : 'done',
        attempts: known.attempts,
      };
      return send(200, {
        submissionId: 's',
        state: known.state,
        attention: known.state === 'rejected',
        tasks: [task],
        ...(isAnswered(known) && { replies: [{ replyId: 'r', status: 'bescheid', documents: 1 }] }),
        events: [{ at: '', text: known.text }],
      });
    }
    const form = (await buffer(request)).toString();
    if (form.includes('"halter_0_familienname": ""')) {
      const errors = [{ label: 'Familienname', message: 'Bitte ausfüllen.' }, { message: 'Bitte ausfüllen.' }];
      return send(422, { code: 'invalid-submission', title: '', detail: '', errors });
    }
    if (request.method === 'PUT') return send(200, {});
    const submissionId = crypto.randomUUID();
    submissions.set(submissionId, {
      ars: url.searchParams.get('ars')!,
      leistung: url.searchParams.get('leistung')!,
      state: 'accepted',
      attempts: 0,
      text: 'Antrag angenommen.',
    });
    send(202, { submissionId, number: `SW-${url.searchParams.get('ars')}`, state: 'accepted' });
  };
}

const isAnswered = (one: { ars: string; leistung: string }) =>
  demoSubmissions.some(({ ars, leistung, replies }) => replies && ars === one.ars && leistung === one.leistung);
