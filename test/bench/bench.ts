import Table from 'cli-table3';
import { benchAccessLog } from './access-log.js';
import { benchAdapters } from './adapters.js';
import { benchBodies } from './bodies.js';
import { benchBroken } from './broken.js';
import { benchEvidence } from './evidence.js';
import { benchFence } from './fence.js';
import type { Figure } from './figure.js';
import { benchFim } from './fim.js';
import { benchHosts } from './hosts.js';
import { brief } from './scale.js';
import { benchWay } from './way.js';
import { benchXoev } from './xoev.js';

const say = (text: string) => process.stderr.write(`${text}\n`);
const parts: Record<string, () => Promise<Figure[]>> = {
  fim: benchFim,
  xoev: benchXoev,
  way: () => benchWay(say),
  hosts: () => benchHosts(say),
  adapters: () => benchAdapters(say),
  fence: benchFence,
  broken: () => benchBroken(say),
  bodies: () => benchBodies(say),
  evidence: benchEvidence,
  'access-log': () => benchAccessLog(say),
};
const wanted = process.argv.slice(2).filter((name) => name in parts);
const figures: Figure[] = [];
for (const name of wanted.length ? wanted : Object.keys(parts)) figures.push(...(await parts[name]!()));

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
else process.stdout.write(`${tableOf(figures)}\n`);
process.exit(brief || figures.every((figure) => figure.ok) ? 0 : 1);

function tableOf(all: Figure[]): Table.Table {
  const table = new Table({ head: ['', 'gemessen', 'zugesagt', ''] });
  for (const { name, value, bound, ok } of all) table.push([name, value, bound ?? '', ok ? 'ja' : 'NEIN']);
  return table;
}
