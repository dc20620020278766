import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closeFences, fenceAround } from '#adapter-host/fence/fence.js';
import { loadAdapters } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { startFake } from '#adapters/kit/fake.js';
import type { TargetFixture } from '#adapters/kit/fixture.js';
import { root } from '#settings/root.js';
import { Trial } from '../contract/trial.js';
import { secondsOf } from '../kit/consumption.js';
import type { Figure } from './figure.js';
import { brief } from './scale.js';

const folder = join(root, 'apps/simulator/vendor/stellwerk-adapter-rosenstein');
const calls = brief ? 20 : 2_000;

/** CPU per delivery of the same adapter in this process and behind its fence, its target in this process as well. */
export async function benchFence(): Promise<Figure[]> {
  const load = <T>(file: string) => import(pathToFileURL(join(folder, file)).href) as Promise<T>;
  const { adapter: open } = await load<{ adapter: Adapter }>('adapter.js');
  const { fixture } = await load<{ fixture: TargetFixture }>('fixtures.js');
  const fenced = (await loadAdapters({ packages: [folder] })).get(open.manifest.id)!;
  const target = await fixture.start({ startFake });
  const deliver = async (adapter: Adapter) => {
    const { kind } = await new Trial(adapter, target.values).attempt();
    if (kind !== 'delivered') throw new Error(`it ended as ${kind}`);
  };
  const pid = () => fenceAround(folder, join(folder, 'adapter.js')).pid!;
  try {
    for (const adapter of [open, fenced]) for (let n = 0; n < calls / 10; n++) await deliver(adapter);
    const inside = await cpuOf(() => deliver(open), {});
    const behind = await cpuOf(() => deliver(fenced), { fence: pid() });
    const value = `${behind.toFixed(2)} ms CPU je Zustellung = ${(behind / inside).toFixed(1)} × ${inside.toFixed(2)}`;
    return [{ name: 'Adapter rosenstein hinter dem Zaun', value, bound: '≤ 4 ×', ok: brief || behind <= 4 * inside }];
  } finally {
    await target.close();
    closeFences();
  }
}

/** Milliseconds for each call, of this process and of these with all that they started. */
async function cpuOf(work: () => Promise<void>, processes: Record<string, number>): Promise<number> {
  const others = () => Object.values(secondsOf(processes)).reduce((sum, seconds) => sum + seconds * 1_000, 0);
  const [before, begun] = [others(), process.cpuUsage()];
  for (let n = 0; n < calls; n++) await work();
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) / 1_000 + others() - before) / calls;
}
