import { type Command, Option } from 'commander';
import { type Api, query } from './api.js';
import type { JsonOption } from './options.js';
import { show, table } from './show.js';
import { texts } from './texts.js';
import { region as regionName, time } from './values.js';

interface Mandate {
  mandateId: string;
  region: string;
  client: string;
  scope: 'parameters' | 'content';
  until: string;
  reason: string;
  givenBy: string;
  revokedAt: string | null;
  active: boolean;
}

interface Given {
  scope: string;
  until: string;
  reason: string;
}

/** `stellwerk mandates …`: what a region lets a level above do in its name. */
export function registerMandates(program: Command, api: Api): void {
  const group = program
    .command('mandates')
    .description('Mandate: was eine Ebene darüber im Namen einer Gemeinde darf, und bis wann');

  group
    .command('list', { isDefault: true })
    .description('die man erteilt oder bekommen hat, auch beendete')
    .option('--json', 'als JSON')
    .action(async (options: JsonOption) => show(await api.get<{ items: Mandate[] }>('mandates'), options, listed));

  group
    .command('give <region> <client>')
    .description('einem Zugang der Ebene darüber erlauben, im eigenen Namen zu handeln')
    .addOption(
      new Option('--scope <umfang>', 'parameters: Werte sehen und setzen; content: Anträge ansehen')
        .choices(['parameters', 'content'])
        .makeOptionMandatory(),
    )
    .requiredOption('--until <zeitpunkt>', 'bis wann: ein Tag (2027-12-31) oder eine Zeit')
    .requiredOption('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (region: string, client: string, { json, ...given }: JsonOption & Given) =>
      show(await api.post<Mandate>('mandates', { region, client, ...given }), { json }, (mandate) =>
        texts.mandates.given(client, regionName(region), time(mandate.until)),
      ),
    );

  group
    .command('revoke <mandat>')
    .description('widerrufen, ab sofort')
    .requiredOption('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (mandateId: string, { reason, ...options }: JsonOption & { reason: string }) => {
      const path = `mandates/${encodeURIComponent(mandateId)}${query({ reason })}`;
      const { body } = await api.send<Mandate>('DELETE', path);
      show(body, options, () => texts.mandates.revoked);
    });
}

function listed({ items }: { items: Mandate[] }): string {
  if (items.length === 0) return texts.mandates.none;
  const rows = items.map((mandate) => [
    mandate.mandateId,
    regionName(mandate.region),
    mandate.client,
    texts.mandates.scopes[mandate.scope],
    time(mandate.until),
    mandate.active ? texts.mandates.active : texts.mandates.ended,
    mandate.givenBy,
    mandate.reason,
  ]);
  return table(texts.mandates.columns, rows);
}
