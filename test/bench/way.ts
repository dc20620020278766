import { measurable, memoryOf } from '../kit/consumption.js';
import { eventually } from '../kit/processes.js';
import { type Cost, costOf } from './cost.js';
import { type Figure, median, percentile, ratio } from './figure.js';
import { brief, seconds } from './scale.js';
import { type Form, forms, type Mode, openSite, type Posted, type Site } from './site.js';

const rounds = brief ? 1 : 3;
const modes: Mode[] = ['single', 'grouped'];
const words = { single: 'einzeln', grouped: 'in Gruppen' };
const titles: Record<Form, string> = { hundesteuer: 'Hundesteuer', universal: 'Universalprozess' };

/**
 * Accepting beside one INSERT of the body, and the whole way beside insert, quorum queue, call and update: with the
 * same durability, in one run, one after the other in each round. Medians of three rounds.
 */
export async function benchWay(say: (text: string) => void): Promise<Figure[]> {
  const site = await openSite();
  try {
    const settings = await settingsOf(site);
    const accepting = await accepts(site, say);
    const ends = await ways(site, say);
    const lone = await oneTown(site, say);
    const delays = await delaysAtATenth(site, say, accepting.hundesteuer!, ends.rates.hundesteuer!);
    return [
      settings,
      ...modes.map((mode) => plain(`Annahme: ein INSERT, ${words[mode]}`, accepting[mode]!)),
      ratio('Annahme: Hundesteuer', accepting.hundesteuer!, accepting.single!, 0.5, '/s'),
      ratio('Annahme: Universalprozess', accepting.universal!, accepting.hundesteuer!, 1.3, '/s'),
      ...modes.map((mode) => plain(`Ende zu Ende: bloßer Weg, ${words[mode]}`, ends.rates[mode]!)),
      ratio('Ende zu Ende: Hundesteuer', ends.rates.hundesteuer!, ends.rates.single!, 0.5, '/s'),
      ratio('Ende zu Ende: Universalprozess', ends.rates.universal!, ends.rates.hundesteuer!, 1.3, '/s'),
      lone,
      ...ends.costs,
      ...delays,
      ...memory(site),
    ];
  } finally {
    await site.close();
  }
}

const plain = (name: string, rate: number): Figure => ({ name, value: `${Math.round(rate)} /s`, ok: true });

/** What the figures were measured with. */
async function settingsOf({ db }: Site): Promise<Figure> {
  const { rows } = await db.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
     where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name`,
  );
  const server = rows.map(({ name, setting }) => `${name} ${setting}`).join(', ');
  const bytes = Buffer.byteLength(forms.hundesteuer.body);
  return { name: 'Gemessen mit', value: `${server}, 64 Verbindungen, Formular ${bytes} Byte`, ok: true };
}

/** Accepts a second, by what accepts. No worker runs. */
async function accepts(site: Site, say: (text: string) => void): Promise<Record<Form | Mode, number>> {
  const rate = (posted: () => Promise<Posted>) => async () => (await posted()).rate;
  const each = {
    single: rate(() => site.toBare('insert', 'single')),
    grouped: rate(() => site.toBare('insert', 'grouped')),
    hundesteuer: rate(() => site.toProduct('hundesteuer')),
    universal: rate(() => site.toProduct('universal')),
  };
  if (!brief) for (const one of [each.single, each.hundesteuer]) await one();
  return interleaved('Annahme', each, say);
}

/** Measures each rate once per round; medians. */
async function interleaved<Name extends string>(
  what: string,
  each: Record<Name, () => Promise<number>>,
  say: (text: string) => void,
): Promise<Record<Name, number>> {
  const names = Object.keys(each) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 1; round <= rounds; round++)
    for (const name of names) {
      rates[name].push(await each[name]());
      say(`${what}, Runde ${round}, ${name}: ${Math.round(rates[name].at(-1)!)}/s`);
    }
  return Object.fromEntries(names.map((name) => [name, median(rates[name])])) as Record<Name, number>;
}

/** Effects a second from the first post to the last effect, and what each cost. */
async function ways(site: Site, say: (text: string) => void) {
  await site.db.query('truncate submission, lane cascade');
  await site.worker.start();
  const own = { Gateway: site.gateway.pid!, Worker: site.worker.pid! };
  const costs: Record<string, { count: number; cost: Cost }> = {};
  const product = (form: Form) => async () => {
    const { result, cost } = await costOf(site.db, { ...own, ...site.servers }, () =>
      toTheEnd(site, () => site.toProduct(form)),
    );
    costs[form] = { count: result.count, cost };
    return result.rate;
  };
  const bare = (mode: Mode) => async () => (await toTheEnd(site, () => site.toBare('way', mode))).rate;
  const each = {
    single: bare('single'),
    grouped: bare('grouped'),
    hundesteuer: product('hundesteuer'),
    universal: product('universal'),
  };
  if (!brief) await product('hundesteuer')(); // warm
  await site.db.query('analyze'); // a store that is in use knows its tables
  const rates = await interleaved('Ende zu Ende', each, say);
  await site.allFinished(60);
  return { rates, costs: (['hundesteuer', 'universal'] as const).flatMap((form) => costOfEach(form, costs[form]!)) };
}

/** All for one municipality, whose target takes 20 ms, beside the same for 200. */
async function oneTown(site: Site, say: (text: string) => void): Promise<Figure> {
  await site.delayTarget(20);
  const product = (towns?: number) => async () =>
    (await toTheEnd(site, () => site.toProduct('hundesteuer', undefined, towns))).rate;
  const rates = await interleaved('Ziel mit 20 ms', { many: product(), one: product(1) }, say);
  await site.delayTarget(0);
  await site.allFinished(60);
  return ratio('Ende zu Ende: eine Gemeinde allein, Ziel mit 20 ms', rates.one!, rates.many!, 0.5, '/s');
}

function costOfEach(form: Form, { count, cost }: { count: number; cost: Cost }): Figure[] {
  if (!measurable) return [];
  const cpu = Object.entries(cost.cpu).map(([name, used]) => `${name} ${((used * 1000) / count).toFixed(2)}`);
  return [
    { name: `${titles[form]}: Rechenzeit`, value: `${cpu.join(', ')} ms`, ok: true },
    { name: `${titles[form]}: WAL`, value: `${(cost.wal / count / 1024).toFixed(1)} KiB`, ok: true },
  ];
}

/** Posts for some seconds and waits for the last effect. Nothing may be lost or come twice. */
async function toTheEnd(site: Site, post: () => Promise<Posted>): Promise<{ count: number; rate: number }> {
  const before = await quiet(site);
  const from = performance.now();
  const { count } = await post();
  const arrived = async () => (await site.effects()).effects - before.effects >= count;
  await eventually('every accepted submission took effect', arrived, 120, 20);
  const elapsed = (performance.now() - from) / 1000;
  const { repeated } = await site.effects();
  if (repeated > before.repeated) throw new Error(`${repeated - before.repeated} came twice`);
  return { count, rate: count / elapsed };
}

/** What the target counts, once nothing is on its way any more: of the last answers of a load, nobody hears. */
async function quiet(site: Site) {
  let before = await site.effects();
  return eventually('the target has rest', async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = await site.effects();
    const still = now.effects === before.effects;
    before = now;
    return still ? now : undefined;
  });
}

/** How long accepting takes at a tenth of its rate, and how long until the effect at a tenth of the way's rate. */
async function delaysAtATenth(
  site: Site,
  say: (text: string) => void,
  acceptRate: number,
  wayRate: number,
): Promise<Figure[]> {
  say('Dauer bei einem Zehntel der Rate');
  const answers = (await steadily(site, acceptRate / 10)).map(({ answered }) => answered);
  const posted = await steadily(site, wayRate / 10);
  const arrivals = async () => (await (await fetch(`${site.target}/times`)).json()) as Record<string, number>;
  const times = await eventually('every effect is there', async () => {
    const now = await arrivals();
    return posted.every(({ submissionId }) => submissionId in now) ? now : undefined;
  });
  const ways = posted.map(({ submissionId, at }) => times[submissionId]! - at);
  return [
    percentiles('Annahme bei einem Zehntel der Rate', answers, 25),
    percentiles('POST bis Wirkung bei einem Zehntel der Rate', ways, 250),
  ];
}

/** Milliseconds, of which the 99th percentile is promised. */
function percentiles(name: string, values: number[], most: number): Figure {
  const sorted = values.sort((a, b) => a - b);
  const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
  return {
    name,
    value: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    bound: `p99 ≤ ${most} ms`,
    ok: p99 <= most,
  };
}

/** Posts at a rate, whether or not answers have come: when, for how long, and what became of it. */
async function steadily(site: Site, perSecond: number) {
  const posts: Promise<{ submissionId: string; at: number; answered: number }>[] = [];
  const from = performance.now();
  for (let n = 0; performance.now() - from < seconds * 1000; n++) {
    const due = from + (n * 1000) / perSecond;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    posts.push(post(site, n));
  }
  return Promise.all(posts);
}

async function post(site: Site, n: number) {
  const [at, start] = [Date.now(), performance.now()];
  const answer = await site.hand('hundesteuer', n);
  const { submissionId } = (await answer.json()) as { submissionId: string };
  return { submissionId, at, answered: performance.now() - start };
}

function memory({ gateway, worker }: Site): Figure[] {
  if (!measurable) return [];
  return [gateway, worker].map(({ name, pid }) => {
    const megabytes = memoryOf(pid!, 'VmHWM') / 1024 / 1024;
    return {
      name: `Speicher ${name}, höchstens`,
      value: `${Math.round(megabytes)} MiB`,
      bound: '≤ 320 MiB',
      ok: megabytes <= 320,
    };
  });
}
