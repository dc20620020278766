import { setTimeout as pass } from 'node:timers/promises';
import { loadRegions } from '#regions/regions.js';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { fundsache, universal } from '../kit/world.js';
import { type Figure, percentile } from './figure.js';
import { brief, scaled } from './scale.js';
import { openYard } from './yard.js';

/** Municipalities whose host hangs, each with so many tasks; and how many others are measured meanwhile. */
const hanging = brief ? 20 : 200;
const each = 4;
const innocents = brief ? 3 : 40;
const hostSlots = scaled('HOST_SLOTS', 64, 8);

/** What a host that hangs costs the municipalities that have another one. */
export async function benchHosts(say: (text: string) => void): Promise<Figure[]> {
  const regions = loadRegions().municipalities.map(({ key }) => key);
  const [ours, theirs] = [regions[0]!, regions.slice(1, hanging + 1)];
  const [well, hangs] = [await openTarget(), await openTarget()];
  hangs.become('hang');
  const yard = await openYard();
  try {
    await yard.setParameter('08', universal, 'fachverfahren', 'rest');
    await yard.setParameter('08', '*', 'rest.baseUrl', hangs.url);
    await yard.setParameter(ours, '*', 'rest.baseUrl', well.url);
    const { submission } = await yard.receive(universal, ours, fundsache);
    await yard.load(submission, theirs, each);
    await yard.startWorker({ ADAPTERS: 'rest', HOST_SLOTS: String(hostSlots) });
    const running = async () =>
      (await yard.db.query<{ count: number }>(`select count(*) as count from task where state = 'running'`)).rows[0]!;
    await eventually('the host hangs with all the calls that it may have', async () => {
      const { count } = await running();
      return count >= Math.min(hostSlots, 256);
    });
    say(`Ein Host hängt mit ${(await running()).count} Aufrufen`);
    for (let n = 0; n < innocents; n++) {
      await yard.load(submission, [ours], 1);
      await pass(brief ? 10 : 250);
    }
    const took = await eventually('the others are delivered', () => tookOf(ours), 120);
    const p95 = percentile(took, 0.95);
    say(`p50 ${Math.round(percentile(took, 0.5))} ms, längste ${Math.round(took.at(-1)!)} ms`);
    const name = `Zustellung bei anderem Host, während der von ${hanging} Gemeinden hängt, p95`;
    return [{ name, value: `${Math.round(p95)} ms`, bound: '≤ 1000 ms', ok: p95 <= 1000 }];
  } finally {
    await yard.close();
    await Promise.all([well.close(), hangs.close()]);
  }

  /** Milliseconds from due to recorded, sorted, once all are. */
  async function tookOf(ars: string): Promise<number[] | undefined> {
    const { rows } = await yard.db.query<{ took: number }>(
      `select extract(epoch from finished_at - created_at)::float8 * 1000 as took from task
       where ars = $1 and state = 'done' order by took`,
      [ars],
    );
    return rows.length === innocents ? rows.map(({ took }) => took) : undefined;
  }
}
