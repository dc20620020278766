import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Client } from 'undici';
import { loadRegions } from '#regions/regions.js';
import { root } from '#settings/root.js';
import { eventually, freePorts } from '../kit/processes.js';
import { fundsache, universal as oneStep, openWorld } from '../kit/world.js';
import { type Figure, percentile, ratio } from './figure.js';
import { brief, seconds } from './scale.js';

const hundesteuer = '99102013104000';
const municipalities = 200;

const instance = {
  G99009000001: { F99009000001: fundsache.anliegen_0_betreff, F99009000002: fundsache.anliegen_0_text },
  G99009000002: {
    F99000000001: 'Beispiel',
    F99000000002: 'Erika',
    G99000000003: { F99000000009: fundsache.antragsteller_0_email },
  },
};

/** Accepting against the bare path, then the whole way, every process on this machine. */
export async function benchWay(say: (text: string) => void): Promise<Figure[]> {
  const world = await openWorld({
    environment: {
      LOG_LEVEL: 'error',
      ADAPTER_DEADLINE: '',
      LEASE_GRACE: '',
      TICKET_RESEND_AFTER: '',
      RETRY_PAUSES: '',
      LANE_PROBE_PAUSES: '',
      LIMIT_RATE: '100000',
    },
  });
  const [barePort] = (await freePorts(1)) as [number];
  const bare = spawn(
    process.execPath,
    [join(root, 'dist/test/bench/bare.js'), String(barePort), world.urls.DATABASE_URL],
    { stdio: 'inherit', cwd: root },
  );
  const token = await world.bearer();
  const ars = loadRegions()
    .municipalities.slice(0, municipalities)
    .map((region) => region.key);
  const gatewayUrl = (leistung: string, n: number) =>
    `/service-bw/v1/submissions?leistung=${leistung}&ars=${ars[n % ars.length]}`;
  try {
    await world.setParameter('08', oneStep, 'fachverfahren', 'rest');
    await world.setParameter('08', hundesteuer, 'steuersatz.ersterHund', 108);
    await world.setParameter('08', hundesteuer, 'steuersatz.weitererHund', 216);
    await world.setParameter('08', hundesteuer, 'kassenzeichen', 'HS-{jahr}-{nummer}');
    for (const region of ['081210000000', '083110000000'])
      await world.setParameter(region, hundesteuer, 'fachverfahren', 'rest'); // else they take files
    for (const region of ars) await world.db.query(`delete from lane where ars = $1`, [region]);
    await world.gateway.start();
    await eventually('bare answers', () =>
      fetch(`http://127.0.0.1:${barePort}/`).then(
        () => true,
        () => false,
      ),
    );
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const hit = async (
      base: string,
      path: (n: number) => string,
      body: object,
      connections: number,
      duration = seconds,
    ) => {
      let n = 0;
      const requests = [
        {
          method: 'POST' as const,
          headers,
          body: JSON.stringify(body),
          setupRequest: (request: object) => ({ ...request, path: path(n++) }),
        },
      ];
      return autocannon({ url: base, connections, duration, requests });
    };
    const bareUrl = `http://127.0.0.1:${barePort}`;
    say('Annahme: warmlaufen');
    const warm = brief ? 1 : 3;
    await hit(bareUrl, () => '/', instance, 64, warm);
    await hit(world.gateway.url, (n) => gatewayUrl(oneStep, n), fundsache, 64, warm);
    say('Annahme: 64 Verbindungen');
    const bare64 = await hit(bareUrl, () => '/', instance, 64);
    const gateway64 = await hit(world.gateway.url, (n) => gatewayUrl(oneStep, n), fundsache, 64);
    say('Annahme: 1 Verbindung');
    const bare1 = await median(`${bareUrl}/`, instance);
    const gateway1 = await median(`${world.gateway.url}${gatewayUrl(oneStep, 0)}`, fundsache);
    if (gateway64.non2xx || gateway64.errors || bare64.non2xx)
      throw new Error(`refused: ${gateway64.non2xx} ${gateway64.errors} ${bare64.non2xx}`);
    bare.kill();
    const bareRate = bare64.requests.average;
    const figures: Figure[] = [
      ratio('Annahme, 64 Verbindungen', gateway64.requests.average, bareRate, 0.6, '/s'),
      {
        name: 'Annahme, 1 Verbindung, p50',
        value: `${gateway1.toFixed(2)} ms = ${(gateway1 / bare1).toFixed(2)} × ${bare1.toFixed(2)}`,
        bound: '≤ 3 ×',
        ok: gateway1 <= 3 * bare1,
      },
    ];
    await world.db.query('truncate submission, lane cascade');
    await world.worker.start();
    const example = JSON.parse(
      readFileSync(join(root, 'schemas/processes', hundesteuer, 'examples/valid-ein-hund.json'), 'utf8'),
    );
    for (const [name, leistung, body, share] of [
      ['Ende zu Ende, ein Schritt', oneStep, fundsache, 0.2],
      ['Ende zu Ende, Hundesteuer', hundesteuer, example, 0],
    ] as const) {
      say(`${name}: ${seconds} s Last`);
      const rate = await sustained(leistung, body);
      figures.push({ ...ratio(name, rate, bareRate, share, '/s'), ...(share === 0 && { bound: undefined }) } as Figure);
      if (share) {
        say(`${name}: Dauer bei einem Zehntel der Rate`);
        const [p50ms, p99ms] = await latency(leistung, body, rate / 10);
        figures.push({
          name: 'POST bis Wirkung bei einem Zehntel der Rate',
          value: `p50 ${p50ms} ms, p99 ${p99ms} ms`,
          bound: 'p99 ≤ 250 ms',
          ok: p99ms! <= 250,
        });
      }
    }
    for (const app of [world.gateway, world.worker, world.simulator]) {
      const megabytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${app.pid}/status`, 'utf8'))?.[1]) / 1024;
      figures.push({
        name: `Speicher ${app.name}`,
        value: `${Math.round(megabytes)} MiB`,
        bound: '≤ 220 MiB',
        ok: megabytes <= 220,
      });
    }
    return figures;

    /** Milliseconds of the middle one of many posts, one after the other on one connection. */
    async function median(url: string, body: object): Promise<number> {
      const client = new Client(new URL(url).origin);
      const { pathname, search } = new URL(url);
      const took: number[] = [];
      for (let n = 0; n < (brief ? 20 : 500); n++) {
        const from = performance.now();
        const answer = await client.request({
          method: 'POST',
          path: pathname + search,
          headers,
          body: JSON.stringify(body),
        });
        await answer.body.dump();
        took.push(performance.now() - from);
      }
      await client.close();
      return percentile(
        took.sort((a, b) => a - b),
        0.5,
      );
    }

    /**
     * Posts as fast as 64 connections can for some seconds and waits for the last effect; the rate is over the whole
     * time. Nothing may be lost or come twice.
     */
    async function sustained(leistung: string, body: object): Promise<number> {
      const [before, stored] = [await effectCount(), await submissionCount()];
      const from = performance.now();
      const answered = (await hit(world.gateway.url, (n) => gatewayUrl(leistung, n), body, 64))['2xx'];
      const done = async () => (await effectCount()) - before >= (await submissionCount()) - stored;
      await eventually('every accepted submission took effect', done, 120);
      const elapsed = (performance.now() - from) / 1000;
      await world.allFinished(60);
      const [accepted, effects] = [(await submissionCount()) - stored, (await effectCount()) - before];
      if (accepted < answered || effects !== accepted)
        throw new Error(`${answered} answered with 202, ${accepted} stored, ${effects} effects`);
      const rate = accepted / elapsed;
      return rate;
    }

    async function latency(leistung: string, body: object, perSecond: number): Promise<[number, number]> {
      const sent = new Map<string, number>();
      const posts: Promise<void>[] = [];
      const before = await effectCount();
      const from = performance.now();
      for (let n = 0; performance.now() - from < seconds * 1000; n++) {
        const due = from + (n * 1000) / perSecond;
        if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        posts.push(
          (async () => {
            const at = Date.now();
            const answer = await fetch(`${world.gateway.url}${gatewayUrl(leistung, n)}`, {
              method: 'POST',
              headers,
              body: JSON.stringify(body),
            });
            sent.set(((await answer.json()) as { submissionId: string }).submissionId, at);
          })(),
        );
      }
      await Promise.all(posts);
      await eventually('every effect is there', async () => (await effectCount()) >= before + sent.size, 60);
      const effects = (await (await fetch(`${world.simulator.url}/control/effects/steuer?since=${before}`)).json()) as {
        submissionId: string;
        at: string;
      }[];
      const delays = effects
        .map(({ submissionId, at }) => Date.parse(at) - sent.get(submissionId)!)
        .sort((a, b) => a - b);
      return [percentile(delays, 0.5), percentile(delays, 0.99)];
    }

    async function submissionCount(): Promise<number> {
      return (await world.db.query<{ count: number }>('select count(*) as count from submission')).rows[0]!.count;
    }

    async function effectCount(): Promise<number> {
      return ((await (await fetch(`${world.simulator.url}/control/effects/steuer/count`)).json()) as { count: number })
        .count;
    }
  } finally {
    bare.kill();
    await world.close();
  }
}
