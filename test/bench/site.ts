import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { loadRegions } from '#regions/regions.js';
import { root } from '#settings/root.js';
import { eventually, freePorts } from '../kit/processes.js';
import { fundsache, openWorld, universal } from '../kit/world.js';
import { serverPids } from './cost.js';
import { brief, seconds } from './scale.js';

const connections = 64;
const municipalities = 200;
const hundesteuer = '99102013104000';
const example = join(root, 'schemas/processes', hundesteuer, 'examples/valid-ein-hund.json');

/** What is posted: a Leistung and the body of its form. */
export const forms = {
  hundesteuer: { leistung: hundesteuer, body: readFileSync(example, 'utf8') },
  universal: { leistung: universal, body: JSON.stringify(fundsache) },
};
export type Form = keyof typeof forms;

/** Answers with 202, and how many a second. */
export interface Posted {
  count: number;
  rate: number;
}

/** Whether a bare process writes row by row, or as many as wait in one statement. */
export type Mode = 'single' | 'grouped';

/**
 * The product's processes and the bare ones beside them, on one database, one broker and one target, for 200
 * municipalities. Nothing of the product's settings is other than delivered, but the log and the limit of requests.
 */
export async function openSite() {
  const delivered = {
    ADAPTER_DEADLINE: '',
    LEASE_GRACE: '',
    TICKET_RESEND_AFTER: '',
    RETRY_PAUSES: '',
    LANE_PROBE_PAUSES: '',
  };
  const world = await openWorld({ environment: { LOG_LEVEL: 'error', ...delivered, LIMIT_RATE: '100000' } });
  const { DATABASE_URL, AMQP_URL } = world.urls;
  const ports = await freePorts(5);
  const target = `http://127.0.0.1:${ports[0]}`;
  const children: ChildProcess[] = [];
  const start = (file: string, ...args: (string | number)[]) => {
    const child = spawn(process.execPath, [join(root, 'dist/test/bench', file), ...args.map(String)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: root,
    });
    children.push(child);
  };
  await world.db.query('create table bare (id uuid primary key, body bytea not null, done_at timestamptz)');
  start('target.js', ports[0]!);
  const doors: Record<string, string> = {};
  for (const [n, broker] of ['-', AMQP_URL].entries())
    for (const [m, mode] of (['single', 'grouped'] as const).entries()) {
      const port = ports[1 + 2 * n + m]!;
      start('bare.js', 'door', port, DATABASE_URL, broker, mode);
      doors[`${n ? 'way' : 'insert'} ${mode}`] = `http://127.0.0.1:${port}`;
    }
  for (const mode of ['single', 'grouped']) start('bare.js', 'hand', target, DATABASE_URL, AMQP_URL, mode);
  await setParameters(world, target);
  await world.gateway.start();
  for (const url of [target, ...Object.values(doors)]) await answers(url);
  const ars = await ownTargets(world);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await world.bearer()}` };
  const pathOf = (form: Form, n: number, towns = municipalities) =>
    `/service-bw/v1/submissions?leistung=${forms[form].leistung}&ars=${ars[n % towns]}`;

  return {
    ...world,
    target,
    servers: await serverPids(world.db),
    /** Posts a form to the product's door; resolves to its answer. */
    hand: (form: Form, n: number) =>
      fetch(`${world.gateway.url}${pathOf(form, n)}`, { method: 'POST', headers, body: forms[form].body }),
    /** Posts to the product's door as fast as 64 connections can. Resolves to the answers with 202. */
    toProduct: (form: Form, duration = seconds, towns = municipalities) =>
      posting(world.gateway.url, (n) => pathOf(form, n, towns), { body: forms[form].body, headers, duration }),
    /** From now on the target takes so many milliseconds for its answer. */
    delayTarget: (milliseconds: number) => fetch(`${target}/delay/${milliseconds}`),
    /** The same form to a bare door: one that only stores, or one that passes on. */
    toBare: (kind: 'insert' | 'way', mode: Mode, duration = seconds) =>
      posting(doors[`${kind} ${mode}`]!, () => '/', { body: forms.hundesteuer.body, headers, duration }),
    async effects(): Promise<{ effects: number; repeated: number }> {
      return (await (await fetch(`${target}/count`)).json()) as { effects: number; repeated: number };
    },
    async close() {
      for (const child of children) child.kill();
      await world.close();
    },
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;
type World = Awaited<ReturnType<typeof openWorld>>;

const answers = (url: string) =>
  eventually(`${url} answers`, () =>
    fetch(`${url}/count`, { method: 'GET' }).then(
      () => true,
      () => false,
    ),
  );

async function setParameters(world: World, target: string): Promise<void> {
  await world.setParameter('08', '*', 'rest.baseUrl', target);
  await world.setParameter('08', universal, 'fachverfahren', 'rest');
  await world.setParameter('08', hundesteuer, 'steuersatz.ersterHund', 108);
  await world.setParameter('08', hundesteuer, 'steuersatz.weitererHund', 216);
  await world.setParameter('08', hundesteuer, 'kassenzeichen', 'HS-{jahr}-{nummer}');
}

/** The keys of municipalities that have no target of their own. */
async function ownTargets({ db }: World): Promise<string[]> {
  const { rows } = await db.query<{ region: string }>('select distinct region from parameter');
  const others = new Set(rows.map(({ region }) => region));
  const free = loadRegions().municipalities.filter(({ key }) => !others.has(key));
  return free.slice(0, municipalities).map(({ key }) => key);
}

async function posting(
  url: string,
  path: (n: number) => string,
  { duration, ...request }: { body: string; headers: Record<string, string>; duration: number },
): Promise<Posted> {
  let n = 0;
  const requests = [
    { method: 'POST' as const, ...request, setupRequest: (given: object) => ({ ...given, path: path(n++) }) },
  ];
  const result = await autocannon({ url, connections, duration: brief ? Math.min(duration, 1) : duration, requests });
  if (result.non2xx || result.errors) throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { count: result['2xx'], rate: result['2xx'] / result.duration };
}
