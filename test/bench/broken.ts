import { loadRegions } from '#regions/regions.js';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { fundsache, universal } from '../kit/world.js';
import type { Figure } from './figure.js';
import { brief, seconds } from './scale.js';
import { openYard } from './yard.js';

type Town = Awaited<ReturnType<typeof openTarget>> & { ars: string };

const window = seconds / 3;
const rounds = brief ? 1 : 3;
const least = 0.95;
const breaks: Record<string, { break(town: Town): unknown; mend(town: Town): unknown }> = {
  hängt: { break: (town) => town.become('silent'), mend: (town) => town.become('well') },
  'nimmt keine Verbindung an': { break: (town) => town.leave(), mend: (town) => town.back() },
  'antwortet 503': { break: (town) => town.become('busy'), mend: (town) => town.become('well') },
};

/**
 * Ten municipalities with targets of their own and more work than can be done; one target breaks and is mended, again
 * and again. What the other nine get meanwhile, against what they got just before and after.
 */
export async function benchBroken(say: (text: string) => void): Promise<Figure[]> {
  const yard = await openYard();
  const regions = loadRegions()
    .municipalities.slice(0, 10)
    .map((region) => region.key);
  const towns = await Promise.all(regions.map(async (ars): Promise<Town> => ({ ...(await openTarget()), ars })));
  const [broken, ...nine] = towns as [Town, ...Town[]];
  const effects = () => nine.reduce((sum, town) => sum + town.effects.length, 0);
  try {
    await yard.setParameter('08', universal, 'fachverfahren', 'rest');
    await yard.setParameter('08', '*', 'rest.timeoutSeconds', 2);
    for (const { ars, url } of towns) await yard.setParameter(ars, '*', 'rest.baseUrl', url);
    const { submission } = await yard.receive(universal, regions[0]!, fundsache);
    await yard.load(submission, regions, brief ? 100 : 1_000);
    await yard.startWorker({ ADAPTERS: 'rest' });
    await eventually('it runs warm', () => effects() > (brief ? 100 : 3_000));

    /** The nine's deliveries per second. */
    const rate = async () => {
      const [from, before] = [performance.now(), effects()];
      await new Promise((resolve) => setTimeout(resolve, window * 1000));
      return ((effects() - before) * 1000) / (performance.now() - from);
    };
    /** So much that no lane runs dry: as if everything went to one. */
    const provide = async (perSecond: number) => {
      const { rows } = await yard.db.query(
        `select ars, count(*) filter (where state in ('queued', 'waiting')) as waiting from task group by ars`,
      );
      const fewest = Math.min(...rows.map((row) => row['waiting'] as number));
      const enough = Math.ceil((perSecond / nine.length) * window * 2);
      if (fewest < enough) await yard.load(submission, regions, enough - fewest);
    };
    const reopen = async () => {
      await yard.db.query(`update lane set probe_at = $1 where state = 'closed'`, [yard.db.now()]);
      const { rows } = await yard.db.query(`select 1 from lane where state = 'closed'`);
      return rows.length === 0;
    };

    const figures = new Map(
      Object.keys(breaks).map((name) => [name, { well: [] as number[], broken: [] as number[] }]),
    );
    await provide(brief ? 200 : 2_000);
    let well = await rate();
    for (const name of Array.from({ length: rounds }, () => [...figures.keys()]).flat()) {
      say(`Einer von zehn ${name}`);
      const figure = figures.get(name)!;
      await provide(well);
      figure.well.push(well);
      await breaks[name]!.break(broken);
      figure.broken.push(await rate());
      await breaks[name]!.mend(broken);
      await eventually('its lane is open again', reopen);
      await provide(well);
      well = await rate();
      figure.well.push(well);
    }
    return [...figures].map(([name, { well, broken }]) => {
      const share = mean(broken) / mean(well);
      return {
        name: `Einer von zehn ${name}: die neun anderen`,
        value: `${Math.round(mean(broken))} /s = ${share.toFixed(2)} × ${Math.round(mean(well))}`,
        bound: `≥ ${least} ×`,
        ok: share >= least,
      };
    });
  } finally {
    await yard.close();
    await Promise.all(towns.map((town) => town.close()));
  }
}

const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
