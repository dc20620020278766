import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { majorOf } from '#adapter-host/load.js';
import { startFake } from '#adapters/kit/fake.js';
import type { Process } from '#processes/process.js';
import { loadRegions } from '#regions/regions.js';
import type { PlannedStep, Submission } from '#submission/submission.js';
import { hasTarget, isRegister, type Subject, subjects } from '../contract/subject.js';
import { eventually } from '../kit/processes.js';
import { universal } from '../kit/world.js';
import type { Figure } from './figure.js';
import { brief, seconds } from './scale.js';
import { openYard } from './yard.js';

/** Its template is XÖV. */
const bauantrag = '99012008001000';

type Yard = Awaited<ReturnType<typeof openYard>>;

/** What a brief run looks at: one that does nothing, one of each kind. */
const briefly = ['echo', 'rest', 'melderegister'];
/** Tasks per adapter, and how many seconds it may take over them. */
const tasks = brief ? 40 : 2_000;
const longest = seconds / 3;
const regions = loadRegions()
  .municipalities.slice(0, 20)
  .map((region) => region.key);

/**
 * Deliveries (lookups) per second through the worker, for every adapter that has a fixture, against its fixture's
 * target. `echo` does nothing: what a task takes with it is the core's own; for the others the core's share of their
 * time.
 */
export async function benchAdapters(say: (text: string) => void): Promise<Figure[]> {
  const all = (await subjects([])).filter(
    (one) => (hasTarget(one) || ends(one) === 'delivered') && (!brief || briefly.includes(one.name)),
  );
  const figures: Figure[] = [];
  let core: number | undefined;
  for (const subject of all.sort((a, b) => Number(hasTarget(a)) - Number(hasTarget(b)))) {
    const { rate, otherwise } = await measure(subject);
    core ??= 1000 / rate;
    const figure = figureOf(subject.name, rate, core, otherwise);
    say(`${figure.name}: ${figure.value}`);
    figures.push(figure);
  }
  return figures;
}

function figureOf(adapter: string, rate: number, core: number, otherwise: string | undefined): Figure {
  const name = `Adapter ${adapter}`;
  if (rate === 0) return { name, value: `nichts erledigt: ${otherwise ?? 'keine Antwort'}`, ok: false };
  const own = `Kern ${core.toFixed(2)} ms = ${Math.round((core * rate) / 10)} %`;
  const value = `${Math.round(rate)} /s, ${(1000 / rate).toFixed(2)} ms je Aufgabe, davon ${own}`;
  return { name, value: otherwise ? `${value}; nicht alle: ${otherwise}` : value, ok: !otherwise };
}

const ends = ({ fixture }: Subject) => ('ends' in fixture ? fixture.ends : undefined);

async function measure(subject: Subject): Promise<{ rate: number; otherwise?: string | undefined }> {
  const { fixture, adapter } = subject;
  const yard = await openYard();
  const target = 'start' in fixture ? await fixture.start({ startFake }) : undefined;
  try {
    const { id } = adapter.manifest;
    const values = { ...('values' in fixture ? fixture.values : target!.values) };
    if (yard.adapters.get(id) !== adapter) values[`${id}.version`] = majorOf(adapter.manifest);
    for (const [name, value] of Object.entries(values)) await yard.setParameter('08', '*', name, value);
    const submission = isRegister(subject) ? await lookup(yard, id) : await delivery(yard, subject);
    await yard.load(submission, regions, tasks / regions.length);
    await yard.startWorker({ ADAPTERS: id, ...(target?.dropFolder && { DROP_FOLDER: target.dropFolder }) });
    return await rateOf(yard);
  } finally {
    await yard.close();
    await target?.close();
  }
}

/** Any Leistung; for an adapter that takes no JSON one that has a template of XML. */
async function delivery(yard: Yard, { adapter: { manifest } }: Subject): Promise<Submission> {
  const takesJson = manifest.formats?.includes('json') ?? true;
  const process = takesJson
    ? yard.processes.universal()
    : yard.processes.all().find(({ leistung }) => leistung === bauantrag)!;
  const leistung = takesJson ? universal : bauantrag;
  await yard.setParameter('08', leistung, 'fachverfahren', manifest.id);
  if (!takesJson) await yard.setParameter('08', leistung, `${manifest.id}.template`, 'xbau');
  return (await yard.receive(leistung, regions[0]!, readFileSync(exampleFiles(process)[0]!))).submission;
}

/** The step of a shipped process that asks this register; where there is none, any step that asks a register. */
async function lookup(yard: Yard, adapter: string): Promise<Submission> {
  const asking = yard.processes
    .all()
    .flatMap((process) =>
      process.steps.flatMap((step) => (step.kind === 'register' && process.folder ? [{ process, step }] : [])),
    );
  const { process, step } = asking.find(({ step }) => step.adapter === adapter) ?? asking[0]!;
  await yard.setParameter('08', '*', 'fachverfahren', 'echo');
  let last: Submission | undefined;
  for (const file of exampleFiles(process)) {
    last = (await yard.receive(process.leistung, regions[0]!, readFileSync(file))).submission;
    if (last.steps.some(({ name }) => name === step.name)) break;
  }
  const planned: PlannedStep = { name: step.name, title: step.title, kind: 'register', adapter, optional: false };
  return { ...last!, steps: [planned] };
}

function exampleFiles({ folder }: Process): string[] {
  const examples = join(folder!, 'examples');
  return readdirSync(examples)
    .filter((name) => name.startsWith('valid-'))
    .map((name) => join(examples, name));
}

/**
 * Per second, once the first fifth is done; and what else became of some. What answers later is done once the target
 * has it.
 */
async function rateOf({ db }: Yard): Promise<{ rate: number; otherwise?: string | undefined }> {
  const isUnderWay = async () => (await db.query('select from attempt where outcome is not null limit 1')).rows.length;
  await eventually('the first has an outcome', isUnderWay, 60);
  const until = performance.now() + longest * 1000;
  const isOver = async () => {
    const { rows } = await db.query(`select from task where state in ('queued', 'running') limit 1`);
    return rows.length === 0 || performance.now() > until;
  };
  await eventually('all are done, or time is up', isOver, 60);
  const { rows } = await db.query(
    `with arrived as (select min(finished_at) as at from attempt
      where outcome in ('delivered', 'found', 'notFound', 'ambiguous', 'pending') group by task_id),
       d as (select at, row_number() over (order by at) as n, count(*) over () as count from arrived)
     select (max(count) - min(n)) / nullif(extract(epoch from max(at) - min(at)), 0)::float8 as rate,
       (select string_agg(distinct outcome || coalesce(': ' || reason, ''), '; ') from task
         where outcome not in ('delivered', 'found', 'notFound', 'ambiguous', 'pending')) as otherwise
     from d where n > count / 5`,
  );
  return { rate: Number(rows[0]!['rate'] ?? 0), otherwise: rows[0]!['otherwise'] ?? undefined };
}
