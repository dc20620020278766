import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { networkOf } from '#access/guard.js';
import { actionsOn } from '#store/actions.js';
import { type Database, openDatabase } from '#store/database.js';
import { openRate } from '#store/rates.js';
import { openTestConsole } from '../kit/console.js';
import { openTestGateway } from '../kit/gateway.js';
import { seedTask } from '../kit/seeds.js';

let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let console: Awaited<ReturnType<typeof openTestConsole>>;
let db: Database;
beforeAll(async () => {
  gateway = await openTestGateway({ TRUSTED_PROXIES: '127.0.0.0/8', LIMIT_FAILED_LOGINS: '20' });
  console = await openTestConsole();
  db = await openDatabase(console.settings.DATABASE_URL!, { max: 2 });
}, 60_000);
afterAll(async () => {
  await db.close();
  await console.close();
  await gateway.close();
});

/** The lines of the security log since the last question. */
function refusals({ lines }: { lines: string[] }): Record<string, unknown>[] {
  const written = lines.splice(0).map((line) => JSON.parse(line));
  return written.filter(({ message }) => message === 'access refused').map(({ time: _, traceId: __, ...rest }) => rest);
}
const from = (peer: string, token?: string) => ({
  headers: { 'x-forwarded-for': peer, ...(token && { authorization: `Bearer ${token}` }) },
});
const json = (body: object) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const callback = '/service-bw/v1/callback';

describe('who is refused', () => {
  test('stands in the security log with client, address and reason, without anything that was sent', async () => {
    refusals(gateway);
    const expired = await gateway.issuer.sign({ client_id: 'x', stellwerk_role: 'portal' }, { expires: '-1h' });
    await gateway.ask(undefined, 'GET', `${callback}?canary=1`, from('192.0.2.7'));
    await gateway.ask(undefined, 'GET', callback, from('192.0.2.7', 'canary'));
    await gateway.ask(undefined, 'GET', callback, from('2001:db8::7', expired));
    await gateway.ask('operator', 'PUT', callback, { ...from('192.0.2.7'), body: '{"canary":1}' });
    const line = { level: 'warn', app: 'gateway', message: 'access refused', method: 'GET', route: callback };
    const nobody = { ...line, status: 401, code: 'unauthenticated', peer: '192.0.2.7' };
    const put = { method: 'PUT', status: 403, code: 'forbidden', refusal: 'roleOrScope' };
    expect(refusals(gateway)).toEqual([
      { ...nobody, refusal: 'noToken' },
      { ...nobody, refusal: 'tokenInvalid' },
      { ...nobody, refusal: 'tokenExpired', peer: '2001:db8::7' },
      { ...line, ...put, client: 'operator', role: 'operator', peer: '192.0.2.7' },
    ]);
  });

  test('at a foreign delivery is named with it; a preview that fails leaves its reason', async () => {
    const { taskId } = await seedTask(db, { ars: '081150003003' });
    const path = `/api/v1/tasks/${taskId}/render`;
    const body = { reason: 'Rückfrage der Bürgerin' };
    expect((await console.ask('stadt-stuttgart', 'POST', path, { body })).status).toBe(403);
    expect(refusals(console)).toMatchObject([
      { client: 'stadt-stuttgart', refusal: 'foreignRegion', taskId, peer: '127.0.0.1' },
    ]);
    expect((await console.ask('operator', 'POST', path, { body })).status).toBe(409);
    expect(await actionsOn(db, taskId)).toMatchObject([{ actor: 'operator', type: 'render-refused', ...body }]);
  });
});

describe('what no submission shows', () => {
  test('a callback that is set or removed names its client', async () => {
    const set = json({ url: 'https://portal.example.de/canary', secret: 'x'.repeat(32) });
    expect((await gateway.ask('service-bw', 'PUT', callback, set)).status).toBe(200);
    expect((await gateway.ask('service-bw', 'DELETE', callback)).status).toBe(204);
    expect((await gateway.ask('service-bw', 'DELETE', callback)).status).toBe(404);
    expect(await actionsOn(gateway.db, 'service-bw')).toMatchObject([
      { actor: 'service-bw', type: 'callback-set', reason: 'portal.example.de' },
      { actor: 'service-bw', type: 'callback-removed' },
    ]);
  });

  test('a connection test and the question for a pseudonym name theirs', async () => {
    await console.ask('operator', 'POST', '/api/v1/adapters/echo/check?ars=081110000000&leistung=99102013104000');
    expect(await actionsOn(db, 'echo:081110000000')).toMatchObject([{ actor: 'operator', type: 'adapter-checked' }]);
    const body = { postfachHandleId: 'p-1' };
    const { person } = (await console.ask('auditor', 'POST', '/api/v1/access-log/person', { body })).body;
    expect(await actionsOn(db, person)).toMatchObject([{ actor: 'auditor', type: 'person-identified' }]);
  });

  test('a portal that reads a reply stands in the access log', async () => {
    const seeded = await seedTask(gateway.db, { adapter: 'rest', state: 'done', outcome: 'delivered', reason: null });
    await gateway.db.query(`insert into payload (submission_id, kind, content, at) values ($1, 'data', '{}', $2)`, [
      seeded.submissionId,
      gateway.db.now(),
    ]);
    const document = { filename: 'B.pdf', mimetype: 'application/pdf', contentBase64: 'QUJD' };
    const reply = { id: 'B-1', status: 'bescheid', at: '2026-11-22T10:00:00Z', documents: [document] };
    const posted = `/fachverfahren/v1/submissions/${seeded.submissionId}/replies`;
    const { replyId } = (await gateway.ask('fachverfahren-stuttgart', 'POST', posted, json(reply))).body;
    const path = `/service-bw/v1/submissions/${seeded.submissionId}/replies/${replyId}`;
    for (const part of ['', '/documents/1', '/documents/2']) await gateway.ask('service-bw', 'GET', path + part);
    const { rows } = await gateway.db.query(
      `select kind, actor, attributes from access_log.entry where submission_id = $1 order by at`,
      [seeded.submissionId],
    );
    const view = { kind: 'view', actor: 'service-bw' };
    expect(rows).toEqual([
      { ...view, attributes: ['Antwort der Behörde'] },
      { ...view, attributes: ['Dokument aus der Antwort der Behörde'] },
    ]);
  });
});

describe('limits that all gateways share', () => {
  test('what one process takes, another does not get; time gives it back', async () => {
    let now = 0;
    const at = new Date();
    const shared = { ...db, now: () => new Date(at.getTime() + now) };
    const [one, other] = [1, 2].map(() => openRate(shared, 'test', { burst: 20, perSecond: 10 }, () => now));
    const granted = async (take = one!) => {
      for (let n = 0; ; n++) if ((await take('a')) > 0) return n;
    };
    expect([await granted(), await granted(other)]).toEqual([20, 0]);
    expect(await one!('b')).toBe(0);
    now += 500;
    expect(Math.abs((await granted()) + (await granted(other)) - 5)).toBeLessThanOrEqual(1);
  });

  test('too many tokens that do not hold are 429 at every gateway, and lock nobody out', async () => {
    const second = await openTestGateway(
      { TRUSTED_PROXIES: '127.0.0.0/8', LIMIT_FAILED_LOGINS: '20', STELLWERK_KEY: gateway.settings.STELLWERK_KEY! },
      () => gateway.databaseUrl,
    );
    try {
      const statuses: number[] = [];
      for (let n = 0; n < 30; n++)
        statuses.push((await gateway.ask(undefined, 'GET', callback, from('192.0.2.99', 'wrong'))).status);
      expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
      const there = await second.ask(undefined, 'GET', callback, from('192.0.2.99', 'wrong'));
      expect([there.status, there.body.code, Number(there.headers.get('retry-after')) > 0]).toEqual([
        ...[429, 'too-many-requests', true],
      ]);
      expect((await second.ask(undefined, 'GET', callback, from('192.0.2.98', 'wrong'))).status).toBe(401);
      expect((await gateway.ask('service-bw', 'GET', callback, from('192.0.2.99'))).status).toBe(404);
    } finally {
      await second.close();
    }
  });

  test('an IPv6 address counts with its network', () => {
    const addresses = [
      '2001:db8::7',
      '2001:db8:0:0:1::',
      '2001:db8:1:2:3:4:5:6',
      '::1',
      '::ffff:192.0.2.1',
      '192.0.2.1',
    ];
    expect(addresses.map(networkOf)).toEqual([
      ...['2001:db8:0:0::/64', '2001:db8:0:0::/64', '2001:db8:1:2::/64', '0:0:0:0::/64'],
      ...['::ffff:192.0.2.1', '192.0.2.1'],
    ]);
  });
});
