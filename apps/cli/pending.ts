import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PendingGroup, PendingTask } from '#store/pending.js';
import { type Api, query } from './api.js';
import { type JsonOption, limitOption } from './options.js';
import { show, table } from './show.js';
import { texts } from './texts.js';
import { region, time } from './values.js';

interface Page<Item> {
  items: Item[];
  more: boolean;
}

type PendingFilter = { longerThan: number; adapter?: string; region?: string; limit: number };

/** `stellwerk pending …`: whose answer is awaited, and since when. */
export function registerPending(program: Command, api: Api): void {
  const group = program.command('pending').description('Antworten, die Behörden und Register schulden');

  group
    .command('list', { isDefault: true })
    .description('je Adapter und Gemeinde; was am längsten wartet zuerst')
    .addOption(longerThanOption())
    .option('--adapter <name>', 'nur dieser Adapter')
    .option('--region <schluessel>', 'nur diese Region: Regionalschlüssel oder sein Anfang')
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async ({ json, ...filter }: JsonOption & PendingFilter) =>
      show(await api.get<Page<PendingGroup>>(`pending${query(filter)}`), { json }, groups),
    );

  group
    .command('show <lane>')
    .description('die Anträge einer Zeile')
    .addOption(longerThanOption())
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async (lane: string, { json, ...filter }: JsonOption & PendingFilter) =>
      show(await api.get<Page<PendingTask>>(`pending/${encodeURIComponent(lane)}${query(filter)}`), { json }, tasks),
    );
}

function longerThanOption(): Option {
  return new Option('--longer-than <tage>', 'seit so vielen Tagen nichts Neues').default(0).argParser((days) => {
    if (/^\d{1,4}$/.test(days)) return Number(days);
    throw new InvalidArgumentError(texts.pending.wholeDays);
  });
}

function groups({ items, more }: Page<PendingGroup>): string {
  if (items.length === 0) return texts.pending.none;
  const rows = items.map(({ lane, ars, count, oldest }) => [lane, region(ars), count, time(oldest)]);
  return table(texts.pending.columns, rows) + (more ? texts.moreRows : '');
}

function tasks({ items, more }: Page<PendingTask>): string {
  if (items.length === 0) return texts.pending.none;
  const rows = items.map((task) => [
    task.number,
    task.submissionId,
    task.leistung,
    task.step,
    time(task.since),
    task.asked || null,
    time(task.askAt),
  ]);
  return table(texts.pending.taskColumns, rows) + (more ? texts.moreRows : '');
}
