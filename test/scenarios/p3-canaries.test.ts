import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../kit/processes.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

/** Words that occur nowhere else. Wherever one turns up, personal data got out. */
const canaries = ['Zebrafinkowski', 'Kanarienvogelweg', 'Wellensittich', 'zaunkoenig'];
const [family, first, text, mail] = canaries as [string, string, string, string];
const personal = {
  ...fundsache,
  anliegen_0_text: text,
  antragsteller_0_familienname: family,
  antragsteller_0_vorname: first,
  antragsteller_0_email: `${mail}@example.org`,
};
const ars = '081110000000';

let world: Awaited<ReturnType<typeof openWorld>>;
let parrot: Server;

/**
 * A Fachverfahren that repeats in its answer whatever it was sent, first as a refusal, then as an outage, then as
 * nonsense.
 */
async function openParrot() {
  let calls = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const status = [422, 500, 200, 401, 503][calls++ % 5]!;
      response.writeHead(status, { 'content-type': calls % 2 ? 'text/html' : 'application/json' });
      response.end(JSON.stringify({ detail: body, errors: [{ message: body }], title: family }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  parrot = await openParrot();
  world = await openWorld({ environment: { LOG_LEVEL: 'debug' } });
  await world.setParameter(ars, universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', `http://127.0.0.1:${(parrot.address() as AddressInfo).port}`);
  await Promise.all([world.gateway.start(), world.worker.start('live'), world.console.start()]);
}, 60_000);

afterAll(async () => {
  await world.close();
  parrot.closeAllConnections();
  parrot.close();
});

describe('P3 personal data stays in the store', () => {
  const answers: string[] = [];

  test('canaries go through everything that can fail', async () => {
    const send = async (body: string, contentType = 'application/json', query = '') => {
      const answer = await fetch(
        `${world.gateway.url}/service-bw/v1/submissions?leistung=${universal}&ars=${ars}${query}`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${await world.bearer()}`, 'content-type': contentType },
          body,
        },
      );
      answers.push(await answer.text());
      return answer.status;
    };
    for (let n = 0; n < 6; n++) expect(await send(JSON.stringify(personal))).toBe(202);
    expect(await send(JSON.stringify({ ...personal, antragsteller_0_email: family, unbekannt_0_feld: text }))).toBe(
      422,
    );
    expect(await send(JSON.stringify(personal).slice(0, -5))).toBe(400);
    expect(await send(`<serviceportal>${family}<x>`, 'application/xml')).toBe(400);
    expect(await send(`--b\r\n${family}`, 'multipart/form-data; boundary=b')).toBe(400);
    expect(await send(family, 'text/plain')).toBe(415);
    expect(await send(JSON.stringify(personal), 'application/json', '&validateOnly=true')).toBe(200);
    await eventually('the parrot has refused, failed and talked nonsense', async () => {
      const { rows } = await world.db.query<{ outcome: string }>('select distinct outcome from attempt');
      const seen = rows.map((row) => row.outcome);
      return seen.includes('rejected') && seen.includes('unknown') && seen.length >= 3;
    });
  }, 60_000);

  test('no log, no metric, no answer, no event repeats one', async () => {
    const metrics = await Promise.all(
      [world.gateway, world.worker, world.console].map(async (app) => (await fetch(`${app.url}/metrics`)).text()),
    );
    const { rows } = await world.db.query(
      `select (select json_agg(t) from task t)::text || (select json_agg(e) from event e)::text || (select json_agg(a)
        from attempt a)::text
         || (select json_agg(s) from submission s)::text || (select json_agg(l)
           from lane l)::text || coalesce((select json_agg(i) from idempotency i)::text, '') as everything`,
    );
    const places = {
      gateway: world.gateway.output,
      worker: world.worker.output,
      console: world.console.output,
      metrics: metrics.join(),
      answers: answers.join(),
      tables: rows[0]!['everything'] as string,
    };
    for (const [place, content] of Object.entries(places)) {
      expect(content.length).toBeGreaterThan(place === 'console' ? 0 : 100);
      for (const canary of canaries)
        expect({ place, found: content.toLowerCase().includes(canary.toLowerCase()) }).toEqual({ place, found: false });
    }
  });

  test('the ticket in flight carries none', async () => {
    await world.worker.stop();
    await world.setParameter('081150003003', universal, 'fachverfahren', 'rest');
    await eventually('a ticket is sent', async () => {
      const answer = await world.post(universal, '081150003003', personal);
      return answer.status === 202; // the new value counts from now, and two processes' clocks differ by milliseconds
    });
    const message = await eventually('a ticket waits in the queue', () => world.peek('stellwerk.task.rest'));
    expect(message).toContain('de.stellwerk.task.due');
    for (const canary of canaries) expect(message).not.toContain(canary);
  }, 30_000);
});
