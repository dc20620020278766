import { type Command, Option } from 'commander';
import type { LaneView } from '#store/lane-list.js';
import { type Api, query } from './api.js';
import { type JsonOption, limitOption } from './options.js';
import { show, table } from './show.js';
import { texts } from './texts.js';
import { region, time, word } from './values.js';

interface Page {
  items: LaneView[];
  next: string | null;
}

type LaneFilter = { state?: string; adapter?: string; region?: string; limit: number };

/** `stellwerk lanes …`: what is closed and why, and probing it. */
export function registerLanes(program: Command, api: Api): void {
  const group = program.command('lanes').description('je Adapter und Gemeinde: was zusammen auf- und zugeht');

  group
    .command('list', { isDefault: true })
    .description('Lanes mit Rückstau, geschlossene zuerst')
    .addOption(new Option('--state <stand>', 'nur offene oder geschlossene').choices(['open', 'closed']))
    .option('--adapter <name>', 'nur dieser Adapter')
    .option('--region <schluessel>', 'nur diese Region: Regionalschlüssel oder sein Anfang')
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async ({ json, ...filter }: JsonOption & LaneFilter) =>
      show(await api.get<Page>(`lanes${query(filter)}`), { json }, lanes),
    );

  group
    .command('probe <lane>')
    .description('jetzt prüfen, ob sich eine geschlossene Lane öffnen lässt')
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (lane: string, { reason, ...options }: JsonOption & { reason?: string }) => {
      const probed = await api.post<LaneView>(`lanes/${encodeURIComponent(lane)}/probe`, { reason });
      show(probed, options, () => texts.lanes.probed);
    });
}

function lanes({ items, next }: Page): string {
  if (items.length === 0) return texts.lanes.none;
  const rows = items.map((lane) => [
    lane.lane,
    region(lane.ars),
    lane.why ? `${word(lane.state)}: ${word(lane.why)}` : word(lane.state),
    [lane.reason, lane.parameter && `(${lane.parameter})`].filter(Boolean).join(' '),
    time(lane.closedAt),
    time(lane.probeAt),
    lane.waiting || null,
    lane.running || null,
    lane.dead || null,
  ]);
  return table(texts.lanes.columns, rows) + (next === null ? '' : texts.moreRows);
}
