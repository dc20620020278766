import { connect, type Socket } from 'node:net';
import autocannon from 'autocannon';
import { openDatabase } from '#store/database.js';
import { openIssuer } from '../kit/issuer.js';
import { App, freePorts } from '../kit/processes.js';
import { createTestDatabase } from '../kit/services.js';
import { fundsache, universal } from '../kit/world.js';
import { type Figure, ratio } from './figure.js';
import { costOfPlan } from './plan.js';
import { brief, seconds } from './scale.js';

const senders = brief ? 20 : 200;
const largest = 28 * 1024 * 1024;
const rounds = brief ? 1 : 3;
const path = `/service-bw/v1/submissions?leistung=${universal}&ars=081110000000`;

/**
 * What a large body costs, and what stalled ones cost others: one client opens many requests, sends as much as can be
 * held and then nothing; another client's accepts meanwhile, against those just before and after.
 */
export async function benchBodies(say: (text: string) => void): Promise<Figure[]> {
  const lent = await createTestDatabase();
  const issuer = await openIssuer();
  const [port] = (await freePorts(1)) as [number];
  const gateway = new App('gateway', port, {
    DATABASE_URL: lent.url,
    AMQP_URL: 'amqp://127.0.0.1:1',
    OIDC_ISSUER: issuer.issuer,
    STELLWERK_KEY: Buffer.alloc(32).toString('base64'),
    LOG_LEVEL: 'error',
    LIMIT_RATE: '0',
  });
  const db = await openDatabase(lent.url, { max: 1 });
  try {
    await db.query(
      `insert into parameter (region, leistung, name, value, author, reason, valid_from, created_at)
       values ('08', $1, 'fachverfahren', '"echo"', 'bench', 'bench', $2, $2)`,
      [universal, db.now()],
    );
    await gateway.start();
    const token = await issuer.bearer('service-bw');
    const other = `Bearer ${await issuer.sign({ client_id: 'other', scope: 'submissions', stellwerk_role: 'portal' })}`;
    const headers = { 'content-type': 'application/json', authorization: token };
    const accepts = async (duration: number) => {
      const body = JSON.stringify(fundsache);
      const run = { url: gateway.url + path, method: 'POST' as const, headers, body, connections: 16, duration };
      const { requests, non2xx, errors } = await autocannon(run);
      return requests.average * (1 - (non2xx + errors) / Math.max(1, requests.total));
    };
    const plan = await costOfPlan(gateway.pid!, gateway.url + path, headers);
    await accepts(brief ? 1 : 3);
    const [well, stalled]: number[][] = [[await accepts(seconds / 2)], []];
    for (let round = 0; round < rounds; round++) {
      say(`${senders} Sender eines anderen Zugangs stocken`);
      const end = stall(port, other);
      await accepts(brief ? 1 : 2);
      stalled!.push(await accepts(seconds));
      end();
      well!.push(await accepts(seconds / 2));
    }
    const name = `Annahme, während ${senders} Sender eines anderen Zugangs stocken`;
    return [...plan, ratio(name, mean(stalled!), mean(well!), 0.9, '/s')];
  } finally {
    await gateway.stop();
    await db.close();
    await issuer.close();
    await lent.drop();
  }
}

/**
 * Four send all but the last byte of the largest bodies, the others nothing of theirs; then all stall. Whoever is
 * answered comes again. Returns how to end it.
 */
function stall(port: number, authorization: string): () => void {
  const sockets = new Set<Socket>();
  let ended = false;
  const head = [
    `POST ${path} HTTP/1.1`,
    ...['Host: x', `Authorization: ${authorization}`, 'Content-Type: application/json'],
    ...[`Content-Length: ${largest}`, '', ''],
  ].join('\r\n');
  const open = (part: Buffer) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head);
      socket.write(part);
    });
    sockets.add(socket);
    socket.on('data', () => socket.destroy()).on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      setTimeout(() => ended || open(part), 500).unref();
    });
  };
  const [all, none] = [Buffer.alloc(largest - 1, 32), Buffer.alloc(0)];
  for (let n = 0; n < 4; n++) open(all);
  for (let n = 4; n < senders; n++) open(none);
  return () => {
    ended = true;
    for (const socket of sockets) socket.destroy();
  };
}

const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
