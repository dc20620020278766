import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { z } from 'zod';

/** A package that tries everything; `deed` says what. */
globalThis.hostile = true;

const settled = (stream, event) =>
  new Promise((resolve, reject) => stream.on(event, () => resolve('reached')).on('error', reject));

/** Ways out, each of which must fail. */
const ways = {
  read: ({ secretFile }) => readFileSync(secretFile, 'utf8'),
  environmentOfOthers: () => readFileSync('/proc/self/environ', 'utf8') + readFileSync('/proc/1/environ', 'utf8'),
  write: () => writeFileSync(new URL('written', import.meta.url), 'x'),
  spawn: async () => (await import('node:child_process')).execFileSync('id').toString(),
  worker: async () => new (await import('node:worker_threads')).Worker('', { eval: true }),
  inspector: async () => (await import('node:inspector')).open(0),
  database: async () => new (await import('node:sqlite')).DatabaseSync('/tmp/hostile.db').exec('create table a(b)'),
  modules: async () => (await import('node:module')).createRequire('/')('child_process'),
  data: () => import('data:text/javascript,export { DatabaseSync } from "node:sqlite"'),
  required: () => import('./required.cjs'),
  builtin: () => process.getBuiltinModule('node:sqlite'),
  binding: () => process.binding('spawn_sync'),
  dlopen: () => process.dlopen({ exports: {} }, '/x.node'),
  execve: () => process.execve('/usr/bin/id', ['id']),
  kill: () => process.kill(process.ppid, 'SIGTERM'),
  killByName: () => process._kill(process.ppid, 15),
  debug: () => process._debugProcess(process.ppid),
  fetch: async ({ port }) => (await fetch(`http://127.0.0.1:${port}/`)).status,
  connect: ({ port }) => settled(connect(port, '127.0.0.1'), 'connect'),
  socketFile: ({ socketFile }) => settled(connect(socketFile), 'connect'),
  listen: () => settled(createServer().listen(0, '127.0.0.1'), 'listening'),
};

async function outcomesOf(places) {
  const tried = Object.entries(ways).map(async ([name, way]) => {
    try {
      return [name, `REACHED ${String(await way(places)).slice(0, 40)}`];
    } catch (error) {
      return [name, error.cause?.code ?? error.code ?? error.message];
    }
  });
  const ends = Object.fromEntries(await Promise.all(tried));
  Object.prototype.polluted = true;
  const environment = Object.keys(process.env).join();
  const own = readFileSync(new URL('package.json', import.meta.url), 'utf8').length > 0;
  return { ...ends, environment, own };
}

const endless = () => {
  for (;;);
};

async function flood(context) {
  for (;;) {
    for (let n = 0; n < 2_000; n++) context.log('x');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const post = (context, url, body = 'x', changes = true) => context.http(url, { method: 'POST', body, changes });

const deeds = {
  tryAll: async (_, { message }) => ({
    kind: 'delivered',
    externalReference: 'x',
    receipt: JSON.parse(JSON.stringify(await outcomesOf(message)).replace('{', '{"__proto__":{"polluted":1},')),
  }),
  loop: endless,
  flood,
  nonsense: () => writeSync(3, 'nonsense nonsense nonsense') && new Promise(() => {}),
  tooLarge: () => writeSync(3, Buffer.alloc(64, 255)) && new Promise(() => {}),
  die: () => process.exit(0),
  sendAndDie: async (context, _, { url }) => {
    await post(context, url);
    process.exit(0);
  },
  lie: async (context, _, { url }) => {
    await post(context, url).catch(() => {});
    throw Object.assign(new Error('nothing has left'), { name: 'NotSent' });
  },
  never: () => new Promise(() => {}),
  untilAborted: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  rubbish: () => ({ kind: 'everything', polluted: 1 }),
  elsewhere: (context) => post(context, 'http://127.0.0.1:1/'),
  pass: async (context, { attachments: [file] }, { url }) => {
    let largest = 0;
    async function* pieces() {
      for await (const chunk of file.chunks()) {
        largest = Math.max(largest, chunk.length);
        yield chunk;
      }
    }
    const { status } = await post(context, url, pieces);
    const { bytes } = { bytes: (await file.content()).length };
    return { kind: 'delivered', externalReference: `${status} ${bytes} ${largest}` };
  },
  hold: async (context, _, { url }) => {
    await context.checkpoint('send', { held: true });
    const { status } = await post(context, url);
    return { kind: 'delivered', externalReference: String(status) };
  },
  use: async (context, delivery) => {
    const socket = await context.connect('127.0.0.1', delivery.message.port, { plain: true });
    const said = await new Promise((resolve, reject) => {
      socket.on('data', (bytes) => resolve(String(bytes))).on('error', reject);
      socket.write('hallo');
    });
    const found = [said, context.now().toISOString(), delivery.readable().length, context.schemas.knows('urn:x')];
    return { kind: 'delivered', externalReference: found.join(' ') };
  },
};

export const adapter = {
  manifest: {
    contract: 1,
    id: 'hostile',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'Feindlich',
    summary: 'Versucht alles.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: false },
    parameters: z.object({
      url: z.url().optional().describe('Adresse'),
      host: z.string().optional().describe('Host').meta({ host: true }),
      key: z
        .string()
        .refine((value) => value.length % 2 === 0, 'Nur gerade')
        .optional()
        .describe('Schlüssel')
        .meta({ secret: true }),
      slow: z
        .string()
        .regex(/^(a+)+$/)
        .default('a')
        .describe('Ein Muster, das ewig dauert'),
      deed: z.string().describe('Was er tut'),
    }),
    boundSet: { parameters: ['url', 'host', 'key'] },
    dataCategories: [],
    legalBasis: 'keine',
  },
  check: async () => 'all is well',
  deliver: (context, delivery, given) => deeds[given.deed](context, delivery, given),
};
