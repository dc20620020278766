import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Obstacle } from '#launch/obstacle.js';
import type { Incomplete } from '#parameters/overview.js';
import type { Json } from '#submission/vocabulary.js';
import type { Connection } from './connection.js';
import { query } from './filter.js';
import {
  type Checked,
  checked,
  type Definition,
  defined,
  type Effective,
  effective,
  type History,
  history,
  incomplete,
} from './parameters-text.js';
import { place, show } from './show.js';

/** `stellwerk parameters …`: what a municipality sets for its Leistungen. */
export function registerParameters(program: Command, api: () => Connection): void {
  const group = program
    .command('parameters')
    .description('Parameter: was gilt, woher es kommt, setzen und wieder erben');

  group
    .command('effective <ars> <leistung>')
    .description('was in einer Gemeinde für eine Leistung gilt und was noch fehlt')
    .option('--at <zeitpunkt>', 'ein Tag (2027-01-01) oder eine Zeit; sonst jetzt')
    .option('--json', 'als JSON')
    .action(async (ars: string, leistung: string, { at, ...options }) =>
      show(await api().get<Effective>(`parameters/effective${query({ ars, leistung, at })}`), options, effective),
    );

  withLeistung(group.command('get <region> <name>'))
    .description('die Geschichte eines Parameters in einer Region')
    .option('--json', 'als JSON')
    .action(async (region: string, name: string, { leistung, ...options }) =>
      show(await api().get<History>(pathOf(region, leistung, name)), options, history),
    );

  withLeistung(group.command('set <region> <name> [wert]'))
    .description('setzen, ab sofort oder ab einem Tag')
    .requiredOption('--reason <text>', 'warum, etwa die Fundstelle der Satzung')
    .option('--from <zeitpunkt>', 'gilt ab; sonst jetzt')
    .option('--to <zeitpunkt>', 'gilt bis (ausschließlich)')
    .option(
      '--file <datei>',
      'Wert aus einer Datei, - von der Standardeingabe: so bleibt ein Geheimnis aus der Befehlsliste',
    )
    .option('--json', 'als JSON')
    .action(
      async (
        region: string,
        name: string,
        given: string | undefined,
        { leistung, reason, from, to, file, ...options },
      ) => {
        const path = pathOf(region, leistung, name);
        const { etag } = await api().send('GET', path);
        const value = await valueFor(api(), name, textOf(given, file));
        const body = { value, reason, ...(from && { validFrom: from }), ...(to && { validTo: to }) };
        const { body: after } = await api().send<History>('PUT', path, { body, ifMatch: etag ?? undefined });
        show(after, options, () => `Gesetzt: ${name} für ${place(region)}${leistung === '*' ? '' : `, ${leistung}`}.`);
      },
    );

  withLeistung(group.command('unset <region> <name>'))
    .description('ab jetzt wieder erben')
    .requiredOption('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (region: string, name: string, { leistung, reason, ...options }) => {
      const path = pathOf(region, leistung, name);
      const { etag } = await api().send('GET', path);
      const { body } = await api().send<History>('DELETE', `${path}${query({ reason })}`, {
        ifMatch: etag ?? undefined,
      });
      show(body, options, () => `${name} wird für ${place(region)} ab jetzt wieder geerbt.`);
    });

  group
    .command('missing <region>')
    .description('welche Leistungen einer Gemeinde oder eines Kreises unvollständig sind')
    .option('--json', 'als JSON')
    .action(async (region: string, options) =>
      show(
        await api().get<{ incomplete: Incomplete[] }>(`parameters/missing${query({ region })}`),
        options,
        incomplete,
      ),
    );

  group
    .command('definitions [anfang]')
    .description('was sich setzen lässt; nur Namen mit diesem Anfang')
    .option('--json', 'als JSON')
    .action(async (start: string | undefined, options) => {
      const { definitions } = await api().get<{ definitions: Definition[] }>('parameters/definitions');
      show(
        definitions.filter(({ name }) => name.startsWith(start ?? '')),
        options,
        defined,
      );
    });

  group
    .command('check <adapter> <ars> <leistung>')
    .description('Verbindung prüfen, mit dem, was dort gilt; Exit-Code 1, wenn sie nicht steht')
    .option('--json', 'als JSON')
    .action(async (adapter: string, ars: string, leistung: string, options) => {
      const path = `adapters/${encodeURIComponent(adapter)}/check${query({ ars, leistung })}`;
      const answer = await api().post<Checked>(path);
      show(answer, options, checked);
      if (!answer.ok) process.exitCode = 1;
    });
}

function withLeistung(command: Command): Command {
  return command.option('--leistung <schluessel>', 'nur für diese Leistung; sonst für alle', '*');
}

function pathOf(region: string, leistung: string, name: string): string {
  return `parameters/${[region, leistung, name].map(encodeURIComponent).join('/')}`;
}

function textOf(given: string | undefined, file: string | undefined): string {
  if ((given === undefined) === (file === undefined))
    throw new Obstacle('Bitte den Wert angeben oder mit --file eine Datei nennen, nicht beides.');
  return given ?? readFileSync(file === '-' ? 0 : file!, 'utf8').replace(/\r?\n$/, '');
}

/** The definition says whether the text is the value or JSON for it. */
async function valueFor(api: Connection, name: string, text: string): Promise<Json> {
  const { definitions } = await api.get<{ definitions: Definition[] }>('parameters/definitions');
  if (definitions.find((definition) => definition.name === name)?.schema.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
