import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { memoryOf } from '../kit/consumption.js';
import { fundsache } from '../kit/world.js';
import type { Figure } from './figure.js';
import { brief } from './scale.js';

const size = 20 * 1024 * 1024;
/** Most memory above idle, in sizes of the plan. */
const most = 3;
const rounds = brief ? 1 : 5;

/**
 * What a plan of 20 MiB in a form as JSON costs the gateway `pid`: the highest peak of its resident memory above idle.
 * Only Linux tells it.
 */
export async function costOfPlan(pid: number, url: string, headers: Record<string, string>): Promise<Figure[]> {
  if (!existsSync(`/proc/${pid}/clear_refs`)) return [];
  const post = async (plan: Buffer) => {
    const datei = { filename: 'Lageplan (Süd).pdf', fileAsBase64: plan.toString('base64') };
    const body = JSON.stringify({ ...fundsache, anlagen_0_datei: datei });
    const answer = await fetch(url, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.text();
  };
  for (let n = 0; n < (brief ? 2 : 20); n++) await post(randomBytes(100_000));
  const idle = memoryOf(pid, 'VmRSS');
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    writeFileSync(`/proc/${pid}/clear_refs`, '5'); // the peak begins anew
    await post(randomBytes(size));
    peak = Math.max(peak, memoryOf(pid, 'VmHWM'));
  }
  const cost = (peak - idle) / size;
  const name = 'Speicher des Gateways für einen Plan von 20 MiB in JSON';
  return [{ name, value: `${cost.toFixed(2)} × seine Größe`, bound: `≤ ${most} ×`, ok: cost <= most }];
}
