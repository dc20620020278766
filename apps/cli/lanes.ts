import { type Command, Option } from 'commander';
import type { LaneView } from '#store/lane-list.js';
import type { Api } from './api.js';
import { limit, query } from './filter.js';
import { place, show, table, time } from './show.js';
import { word } from './words.js';

export function registerLanes(program: Command, api: () => Api): void {
  const group = program.command('lanes').description('je Adapter und Gemeinde: was zusammen auf- und zugeht');

  group
    .command('list', { isDefault: true })
    .description('Lanes mit Rückstau, geschlossene zuerst')
    .addOption(new Option('--state <stand>', 'nur offene oder geschlossene').choices(['open', 'closed']))
    .option('--adapter <name>', 'nur dieser Adapter')
    .option('--region <schluessel>', 'nur diese Region: Regionalschlüssel oder sein Anfang')
    .addOption(limit())
    .option('--json', 'als JSON')
    .action(async ({ json, ...filter }) => show(await api().get(`lanes${query(filter)}`), { json }, lanes));

  group
    .command('probe <lane>')
    .description('jetzt prüfen, ob sich eine geschlossene Lane öffnen lässt')
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (lane: string, { reason, ...options }) =>
      show(
        await api().post(`lanes/${encodeURIComponent(lane)}/probe`, { reason }),
        options,
        () => `Wird geprüft; „stellwerk lanes --state closed“ zeigt, ob es gelang.`,
      ),
    );
}

function lanes({ items, next }: { items: LaneView[]; next: string | null }): string {
  if (items.length === 0) return 'Keine Lanes.';
  const rows = items.map((lane) => [
    lane.lane,
    place(lane.ars),
    lane.why ? `${word(lane.state)}: ${word(lane.why)}` : word(lane.state),
    [lane.reason, lane.parameter && `(${lane.parameter})`].filter(Boolean).join(' '),
    time(lane.closedAt),
    time(lane.probeAt),
    lane.waiting || null,
    lane.running || null,
    lane.dead || null,
  ]);
  const head = ['Lane', 'Gemeinde', 'Stand', 'Grund', 'seit', 'nächste Prüfung', 'wartend', 'laufend', 'aufgegeben'];
  return table(head, rows) + (next === null ? '' : '\nEs gibt weitere; --limit erhöhen oder filtern.');
}
