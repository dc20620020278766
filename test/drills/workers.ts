import { parseArgs } from 'node:util';
import { App, freePorts } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

/*
 * Workers that are frozen, killed and cut off from the store at any moment, at a target that dedupes nothing and takes
 * its time: no submission takes effect twice, and none that is not a dead letter is missing.
 * `npm run drill workers -- --seconds 120`
 */

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '120' } } });
const until = performance.now() + Number(values.seconds) * 1000;
const ars = '081110000000';
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const upTo = (milliseconds: number) => Math.random() * milliseconds;

const target = await openTarget();
const links: Awaited<ReturnType<typeof openProxy>>[] = [];
const world = await openWorld({
  environment: { ADAPTER_DEADLINE: '3000', LEASE_GRACE: '1000', LANE_SLOTS: '16', LOG_LEVEL: 'error' },
  prepare: async ({ DATABASE_URL }) => {
    for (let n = 0; n < 3; n++) links.push(await openProxy(DATABASE_URL));
  },
});
await world.setParameter(ars, universal, 'fachverfahren', 'rest');
await world.setParameter(ars, '*', 'rest.baseUrl', target.url);
target.beforeItAnswers(() => sleep(upTo(400)).then(() => {}));
const ports = await freePorts(3);
const workers = links.map(({ url }, n) => {
  const environment = { ...world.environment, ...world.urls, DATABASE_URL: url };
  return new App('worker', ports[n]!, environment);
});
await Promise.all([world.gateway, ...workers].map((app) => app.start('ready', 90)));

const accepted = new Set<string>();
const done: Record<string, number> = {};

async function post(): Promise<void> {
  while (performance.now() < until) {
    const answer = await world.post(universal, ars, fundsache);
    accepted.add(((await answer.json()) as { submissionId: string }).submissionId);
    await sleep(upTo(150));
  }
}

async function harm(n: number): Promise<void> {
  const worker = workers[n]!;
  while (performance.now() < until) {
    await sleep(1_000 + upTo(4_000));
    const what = ['freeze', 'kill', 'hold', 'cut'][Math.floor(upTo(4))]!;
    done[what] = (done[what] ?? 0) + 1;
    if (what === 'freeze') {
      process.kill(worker.pid!, 'SIGSTOP');
      await sleep(upTo(12_000));
      process.kill(worker.pid!, 'SIGCONT');
    } else if (what === 'hold') {
      const release = links[n]!.hold();
      await sleep(upTo(8_000));
      release();
    } else if (what === 'cut') links[n]!.cut();
    else {
      await worker.kill();
      await worker.start('live', 90);
    }
  }
}

/** Commits at any time until the deadline, and never answers. */
async function slow(): Promise<void> {
  while (performance.now() < until) {
    target.become('slow', upTo(2_900));
    await sleep(upTo(1_500));
    target.become('well');
    await sleep(upTo(3_000));
  }
}

await Promise.all([post(), post(), slow(), ...workers.map((_, n) => harm(n))]);
const ends = await world.allFinished(180).catch((error: Error) => error.message);
const counts = target.counts();
const doubled = [...counts].filter(([, count]) => count > 1);
const missing = [...accepted].filter((submissionId) => !counts.has(submissionId));
process.stdout.write(`${JSON.stringify({ accepted: accepted.size, ends, doubled, missing: missing.length, done })}\n`);
await Promise.all(workers.map((worker) => worker.kill()));
await world.close();
await target.close();
const dead = typeof ends === 'string' ? 0 : (ends['dead'] ?? 0);
process.exit(doubled.length > 0 || missing.length > dead ? 1 : 0);
