import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'amqplib';
import pg from 'pg';
import { Pool } from 'undici';
import { grouped } from '#pipeline/grouped.js';

/*
 * What the way costs at least, with the same durability and nothing else: no token, no schema, no mapping, no events,
 * no looking before sending again.
 *
 *     bare.js door <port> <database> <broker or -> <single|grouped>   body → one INSERT → quorum queue → 202
 *     bare.js hand <target> <database> <broker> <single|grouped>      message → call of the target → UPDATE → ack
 */
const [role, place, database, broker, mode] = process.argv.slice(2) as [string, string, string, string, string];
const queue = `bare.${mode}`;
const db = new pg.Pool({ connectionString: database, max: mode === 'grouped' ? 4 : 16 });
const channel = broker === '-' ? undefined : await (await connect(broker)).createConfirmChannel();
await channel?.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });

/** One statement for each, or for as many as wait. */
function writing<Row extends unknown[]>(name: string, single: string, many: string, columns: number) {
  const one = async (row: Row) => void (await db.query({ name, text: single, values: [...row] }));
  const group = grouped<Row, void>(
    async (rows) => {
      const values = Array.from({ length: columns }, (_, n) => rows.map((row) => row[n]));
      await db.query({ name, text: many, values });
      return rows.map(() => undefined);
    },
    { max: 128 },
  );
  return mode === 'grouped' ? group : one;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function openDoor(): void {
  const insert = writing<[string, Buffer]>(
    'insert',
    'insert into bare (id, body) values ($1, $2)',
    'insert into bare (id, body) select * from unnest($1::uuid[], $2::bytea[])',
    2,
  );
  const publish = (messageId: string, body: Buffer) =>
    new Promise<void>((resolve, reject) =>
      channel!.sendToQueue(queue, body, { persistent: true, messageId }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  createServer(async (request, response) => {
    if (request.method === 'GET') return response.end();
    const [id, body] = [randomUUID(), await bodyOf(request)];
    await insert([id, body]);
    if (channel) await publish(id, body);
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ submissionId: id }));
  }).listen(Number(place), '127.0.0.1');
}

async function work(): Promise<void> {
  const target = new Pool(place, { connections: 64 });
  const headers = { 'content-type': 'application/json' };
  const update = writing<[string]>(
    'update',
    'update bare set done_at = clock_timestamp() where id = $1',
    'update bare set done_at = clock_timestamp() where id = any ($1::uuid[])',
    1,
  );
  await channel!.prefetch(128);
  await channel!.consume(queue, async (message) => {
    const { messageId } = message!.properties;
    const body = JSON.stringify({ submissionId: messageId, data: JSON.parse(message!.content.toString()) });
    const answer = await target.request({ method: 'POST', path: '/deliveries', headers, body });
    await answer.body.dump();
    await update([messageId]);
    channel!.ack(message!);
  });
}

if (role === 'door') openDoor();
else await work();
