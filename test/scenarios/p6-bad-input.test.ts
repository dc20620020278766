import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { type Database, openDatabase } from '#store/database.js';
import { memoryOf } from '../kit/consumption.js';
import { hundesteuer, stuttgart } from '../kit/gateway.js';
import { openIssuer } from '../kit/issuer.js';
import { App, eventually, freePorts } from '../kit/processes.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';

/** Stands in every bad input, and nowhere afterwards. */
const canary = 'Kanarienvogel-7319';
const mebibyte = 1024 * 1024;

/** What a request sends besides the token. */
interface Input {
  type?: string;
  body: string | Buffer;
  query?: string;
  headers?: Record<string, string>;
}

type Row = [name: string, input: () => Input, status: number, code: string];

const json = (body: string | Buffer): Input => ({ type: 'application/json', body });
const xml = (body: string | Buffer): Input => ({ type: 'application/xml', body });
const field = (value: string) => json(`{"hund_0_name":${value},"halter_0_familienname":"${canary}"}`);
const inXml = (content: string, before = '') =>
  xml(
    `${before}<serviceportal><serviceportal-fields><halter><instance_0>` +
      `<familienname>${canary}</familienname>${content}` +
      '</instance_0></halter></serviceportal-fields></serviceportal>',
  );
const file = (base64: string, filename = `${canary}.pdf`) => `{"filename":"${filename}","fileAsBase64":"${base64}"}`;
const part = (headers: string, content: string) => `--grenze\r\n${headers}\r\n\r\n${content}\r\n`;
const submission = part('Content-Disposition: form-data; name="submission"', `{"halter_0_familienname":"${canary}"}`);
const form = (body: string, type = 'multipart/form-data; boundary=grenze'): Input => ({ type, body });
const tenfold = (n: number) => `<!ENTITY a${n} "${`&a${n ? n - 1 : ''};`.repeat(10)}">`;
const lol = `<!DOCTYPE x [<!ENTITY a "${canary}">${Array.from({ length: 30 }, (_, n) => tenfold(n)).join('')}]>`;

const rows: Row[] = [
  ['nothing', () => json(''), 400, 'malformed'],
  ['a cut JSON', () => json(`{"halter_0_familienname":"${canary}`), 400, 'malformed'],
  ['JSON that is none', () => json(`${canary}: ja`), 400, 'malformed'],
  ['a list', () => json(`["${canary}"]`), 400, 'malformed'],
  ['20,000 levels of JSON', () => field('['.repeat(20_000) + ']'.repeat(20_000)), 413, 'too-deep'],
  ['25 MB of opening brackets', () => json('['.repeat(25 * mebibyte)), 413, 'too-deep'],
  ['65 levels of JSON', () => field('['.repeat(64) + ']'.repeat(64)), 413, 'too-deep'],
  [
    '10⁵ fields',
    () => json(`{${Array.from({ length: 100_000 }, (_, n) => `"hund_${n}_name":"${canary}"`).join()}}`),
    413,
    'too-many-fields',
  ],
  ['12 million values in one field', () => field(`[${'0,'.repeat(12 * mebibyte - 100)}0]`), 413, 'too-many-fields'],
  [
    '101 wrong fields',
    () => json(`{${Array.from({ length: 101 }, (_, n) => `"unbekannt_${n}_x":"${canary}"`).join()}}`),
    422,
    'invalid-submission',
  ],
  ['__proto__ as a field', () => json(`{"__proto__":{"admin":"${canary}"}}`), 400, 'malformed'],
  ['__proto__ within a value', () => field(`{"__proto__":{"admin":"${canary}"}}`), 400, 'malformed'],
  ['constructor as a field', () => json(`{"constructor":{"prototype":{"x":"${canary}"}}}`), 400, 'malformed'],
  ['a doubled field', () => json(`{"hund_0_name":"a","hund_0_name":"${canary}"}`), 400, 'malformed'],
  ['NUL as an escape', () => field(`"${canary}\\u0000"`), 400, 'malformed'],
  ['NUL as a byte', () => field(`"${canary}\0"`), 400, 'malformed'],
  ['half a surrogate pair', () => field(`"${canary}\\udc00"`), 400, 'malformed'],
  ['invalid UTF-8', () => json(Buffer.from(`{"hund_0_name":"${canary}\xfc"}`, 'latin1')), 400, 'malformed'],
  ['UTF-16', () => json(Buffer.from(`{"hund_0_name":"${canary}"}`, 'utf16le')), 400, 'malformed'],
  ['a number beyond exactness', () => field('12345678901234567890'), 400, 'malformed'],
  ['a field name of 1 MB', () => json(`{"${canary}${'x'.repeat(mebibyte)}":1}`), 400, 'malformed'],
  ['base64 garbage', () => field(file(`${canary}!`)), 400, 'malformed'],
  ['cut base64', () => field(file('QUJDR')), 400, 'malformed'],
  ['21 files', () => field(`[${Array.from({ length: 21 }, () => file('QUJD')).join()}]`), 413, 'too-many-files'],
  ['a text of 24 MB', () => field(`"${canary}${'x'.repeat(24 * mebibyte)}"`), 422, 'invalid-submission'],
  ['29 MiB', () => field(`"${'x'.repeat(29 * mebibyte)}"`), 413, 'too-large'],
  ['a file of more than 20 MiB', () => field(file('QUJD'.repeat(7 * mebibyte - 80_000))), 413, 'too-large'],
  [
    '29 MiB without a length',
    () => ({ ...field(`"${'x'.repeat(29 * mebibyte)}"`), headers: { 'transfer-encoding': 'chunked' } }),
    413,
    'too-large',
  ],
  ['gzip', () => ({ ...field('"x"'), headers: { 'content-encoding': 'gzip' } }), 415, 'unsupported-media-type'],
  ['text/plain', () => ({ type: 'text/plain', body: canary }), 415, 'unsupported-media-type'],
  ['no type at all', () => ({ body: canary }), 415, 'unsupported-media-type'],
  ['an unreadable type', () => ({ type: `;${canary}`, body: canary }), 415, 'unsupported-media-type'],
  [
    'another charset',
    () => ({ type: 'application/json; charset=iso-8859-1', body: `{"a":"${canary}"}` }),
    415,
    'unsupported-media-type',
  ],

  ['empty XML', () => xml(''), 400, 'malformed'],
  ['cut XML', () => xml(`<serviceportal><serviceportal-fields><halter>${canary}`), 400, 'malformed'],
  ['mismatched tags', () => xml(`<serviceportal><a>${canary}</b></serviceportal>`), 400, 'malformed'],
  [
    'two roots',
    () => xml(`<serviceportal-fields/><serviceportal-fields>${canary}</serviceportal-fields>`),
    400,
    'malformed',
  ],
  ['another document', () => xml(`<html><body>${canary}</body></html>`), 400, 'malformed'],
  ['a DOCTYPE', () => inXml('', '<!DOCTYPE serviceportal>'), 400, 'malformed'],
  ['an entity bomb', () => inXml('<vorname>&a29;</vorname>', lol), 400, 'malformed'],
  [
    'an external entity',
    () => inXml('<vorname>&x;</vorname>', `<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>`),
    400,
    'malformed',
  ],
  ['an external DTD', () => inXml('', `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/${canary}">`), 400, 'malformed'],
  ['an unknown entity', () => inXml('<vorname>&uuml;</vorname>'), 400, 'malformed'],
  ['NUL in XML', () => inXml('<vorname>\0</vorname>'), 400, 'malformed'],
  ['NUL as a reference', () => inXml('<vorname>&#0;</vorname>'), 400, 'malformed'],
  [
    'invalid UTF-8 in XML',
    () => xml(Buffer.from(`<serviceportal>${canary}\xfc</serviceportal>`, 'latin1')),
    400,
    'malformed',
  ],
  ['another encoding declared', () => inXml('', '<?xml version="1.0" encoding="UTF-16"?>'), 400, 'malformed'],
  ['20,000 levels of XML', () => inXml('<a>'.repeat(20_000) + '</a>'.repeat(20_000)), 413, 'too-deep'],
  ['10⁵ elements', () => inXml('<a/>'.repeat(100_001)), 413, 'too-many-fields'],
  ['10⁶ references', () => inXml(`<vorname>${'&amp;'.repeat(1_000_000)}</vorname>`), 413, 'too-many-fields'],
  ['24 MB of line breaks', () => inXml(`<vorname>${'\r'.repeat(24 * mebibyte)}</vorname>`), 422, 'invalid-submission'],
  [
    'a file of 15 MB in XML where none belongs',
    () =>
      inXml(
        `<vorname><base64Data>${Buffer.alloc(15 * mebibyte).toString('base64')}</base64Data>` +
          `<filename>${canary}</filename></vorname>`,
      ),
    422,
    'invalid-submission',
  ],
  ['__proto__ in XML', () => inXml(`<__proto__>${canary}</__proto__>`), 400, 'malformed'],

  ['a cut multipart', () => form(submission), 400, 'malformed'],
  ['a multipart cut within its headers', () => form(`${submission}--grenze\r\nContent-Disp`), 400, 'malformed'],
  ['a multipart without boundary', () => form(submission, 'multipart/form-data'), 415, 'unsupported-media-type'],
  [
    'a multipart with another boundary',
    () => form(submission, 'multipart/form-data; boundary=andere'),
    400,
    'malformed',
  ],
  ['an empty multipart', () => form('--grenze--\r\n'), 400, 'malformed'],
  [
    'a multipart without submission',
    () => form(`${part(`Content-Disposition: form-data; name="${canary}"`, 'x')}--grenze--`),
    400,
    'malformed',
  ],
  [
    '300,000 parts',
    () => form(`${submission}${part('Content-Disposition: form-data; name="f"', 'x').repeat(300_000)}--grenze--`),
    413,
    'too-many-files',
  ],
  [
    'a part header of 5 MB',
    () =>
      form(`${submission}${part(`Content-Disposition: form-data; name="${canary.repeat(280_000)}"`, 'x')}--grenze--`),
    400,
    'malformed',
  ],
  [
    'a part in base64',
    () =>
      form(
        submission +
          part('Content-Disposition: form-data; name="f"\r\nContent-Transfer-Encoding: base64', 'eA==') +
          '--grenze--',
      ),
    400,
    'malformed',
  ],
  [
    'a part of 21 MiB',
    () =>
      form(
        submission +
          part('Content-Disposition: form-data; name="f"; filename="f"', 'x'.repeat(21 * mebibyte)) +
          '--grenze--',
      ),
    413,
    'too-large',
  ],

  [
    'a Leistung that is none',
    () => ({ ...json('{}'), query: `leistung=${canary}&ars=${stuttgart}` }),
    400,
    'malformed',
  ],
  [
    'a region that is none',
    () => ({ ...json('{}'), query: `leistung=${hundesteuer}&ars=000000000000` }),
    404,
    'unknown-region',
  ],
  [
    'an Idempotency-Key of 300 characters',
    () => ({ ...json('{}'), headers: { 'idempotency-key': canary.repeat(17) } }),
    400,
    'malformed',
  ],
  ['a traceparent that is none', () => ({ ...json('{'), headers: { traceparent: canary } }), 400, 'malformed'],
];

let lent: TestResource;
let db: Database;
let issuer: Awaited<ReturnType<typeof openIssuer>>;
let gateway: App;
let token: string;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  lent = await createTestDatabase();
  issuer = await openIssuer();
  const [port] = (await freePorts(1)) as [number];
  gateway = new App('gateway', port, {
    DATABASE_URL: lent.url,
    AMQP_URL: 'amqp://127.0.0.1:1',
    OIDC_ISSUER: issuer.issuer,
    STELLWERK_KEY: Buffer.alloc(32).toString('base64'),
    LOG_LEVEL: 'debug',
  });
  await gateway.start();
  db = await openDatabase(lent.url, { max: 1 });
  token = await issuer.bearer('service-bw');
}, 60_000);

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  await db.close();
  await issuer.close();
  await lent.drop();
});

function post({
  type,
  body,
  query = `leistung=${hundesteuer}&ars=${stuttgart}`,
  headers = {},
}: Input): Promise<{ status: number; text: string; type?: string }> {
  return new Promise((resolve, reject) => {
    const length = headers['transfer-encoding'] ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sending = request(`${gateway.url}/service-bw/v1/submissions?${query}`, {
      method: 'POST',
      agent,
      headers: { authorization: token, ...(type && { 'content-type': type }), ...length, ...headers },
    });
    let answered = false;
    sending.on('response', async (answer: IncomingMessage) => {
      answered = true;
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode!, text, type: answer.headers['content-type'] });
    });
    sending.on('error', (error) => answered || reject(error)); // an early answer may end the sending
    sending.end(body);
  });
}

/** Seconds of processor time that the gateway used so far; the clock would also count what else the machine does. */
const spent = () => {
  const fields = readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const stored = async () =>
  (
    await db.query(
      `select (select count(*) from submission) + (select count(*) from idempotency) + (select count(*)
        from attachment) as count`,
    )
  ).rows[0]!['count'];
const valid = readFileSync(join(root, 'schemas/processes', hundesteuer, 'examples/valid-ein-hund.json'), 'utf8');

describe('P6 bad input', () => {
  test.each(rows)('P6 %s gets a clear answer that costs less than 2 s', async (_, input, expected, code) => {
    const sent = input();
    const from = spent();
    const answer = await post(sent);
    const cost = spent() - from;
    expect(answer.status).toBe(expected);
    const problem = JSON.parse(answer.text);
    expect(answer.type).toBe('application/problem+json');
    expect(problem).toMatchObject({ status: expected, code, title: expect.any(String) });
    expect(problem.detail).toMatch(/^[\dA-ZÄÖÜ„].*[.)]$/);
    expect(problem.errors?.length ?? 0).toBeLessThanOrEqual(100);
    expect(answer.text).not.toContain(canary);
    expect(answer.text).not.toMatch(/ at |node:|\.js/);
    expect(cost).toBeLessThan(2);
  });

  test.each([
    ['bytes that are no HTTP', `${canary}\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['a header of 1 MB', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${canary.repeat(60_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [
      'two lengths',
      'POST /service-bw/v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n' +
        `0\r\n\r\n${canary}`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a broken escape in the address',
      `GET /service-bw/v1/submissions/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'an address of 10,000 characters',
      `GET /service-bw/v1/submissions/${'x'.repeat(10_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      /^HTTP\/1\.1 413 /,
    ],
  ])('P6 %s get a clear answer', async (_, bytes, first) => {
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(gateway.port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (text += chunk));
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(first);
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain(canary);
  });

  test('P6 a connection that ends within the body leaves nothing behind', async () => {
    const head = [
      `POST /service-bw/v1/submissions?leistung=${hundesteuer}&ars=${stuttgart} HTTP/1.1`,
      ...['Host: x', `Authorization: ${token}`, 'Content-Type: application/json', 'Content-Length: 100000', '', ''],
    ].join('\r\n');
    for (let n = 0; n < 20; n++) {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(`${head}{"halter_0_familienname":"${canary}`, () => socket.destroy());
      await once(socket, 'close');
    }
    expect((await post(json('{'))).status).toBe(400);
  });

  test('P6 eight worst bodies at once are all answered, and memory stays bounded', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(field(`"${'x'.repeat(24 * mebibyte)}"`))));
    for (const { status } of answers) expect([422, 503]).toContain(status);
    expect(answers.filter(({ status }) => status === 422).length).toBeGreaterThan(0);
    expect(memoryOf(gateway.pid!, 'VmHWM') / mebibyte).toBeLessThan(900);
  });

  test('P6 afterwards nothing is stored, nothing is logged, and a valid one is taken', async () => {
    expect(await stored()).toBe(0);
    expect(gateway.output).not.toContain(canary);
    expect(gateway.output).not.toContain('unexpected error');
    expect(await post(json(valid))).toMatchObject({ status: 202 });
    await eventually('the log says so', () => gateway.output.includes('"submissionId"'));
    expect(gateway.output).not.toMatch(/Beispiel|familienname/);
  });
});
