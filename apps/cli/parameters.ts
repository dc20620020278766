import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Obstacle } from '#launch/obstacle.js';
import type { Json } from '#submission/vocabulary.js';
import { type Api, query } from './api.js';
import type { JsonOption } from './options.js';
import {
  type Checked,
  checked,
  type Definition,
  definitions,
  type Effective,
  effective,
  type History,
  history,
  type Missing,
  missing,
  type Written,
  written,
} from './parameters-output.js';
import { show } from './show.js';
import { texts } from './texts.js';
import { region as regionName } from './values.js';

/** `stellwerk parameters …`: what a municipality sets for its Leistungen. */
export function registerParameters(program: Command, api: Api): void {
  const group = program
    .command('parameters')
    .description('Parameter: was gilt, woher es kommt, setzen und wieder erben');
  addEffective(group, api);
  addGet(group, api);
  addSet(group, api);
  addUnset(group, api);
  addMissing(group, api);
  addDefinitions(group, api);
  addCheck(group, api);
}

function addEffective(group: Command, api: Api): void {
  group
    .command('effective <ars> <leistung>')
    .description('was in einer Gemeinde für eine Leistung gilt und was noch fehlt')
    .option('--at <zeitpunkt>', 'ein Tag (2027-01-01) oder eine Zeit; sonst jetzt')
    .option('--json', 'als JSON')
    .action(async (ars: string, leistung: string, { at, ...options }: JsonOption & { at?: string }) =>
      show(await api.get<Effective>(`parameters/effective${query({ ars, leistung, at })}`), options, effective),
    );
}

function addGet(group: Command, api: Api): void {
  withLeistung(group.command('get <region> <name>'))
    .description('die Geschichte eines Parameters in einer Region')
    .option('--json', 'als JSON')
    .action(async (region: string, name: string, { leistung, ...options }: JsonOption & LeistungOption) =>
      show(await api.get<History>(pathOf(region, leistung, name)), options, history),
    );
}

type SetOptions = JsonOption & LeistungOption & { reason: string; from?: string; to?: string; file?: string };

function addSet(group: Command, api: Api): void {
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
    .action(async (region: string, name: string, given: string | undefined, options: SetOptions) => {
      const { leistung, reason, from, to, file } = options;
      const path = pathOf(region, leistung, name);
      const { etag: ifMatch } = await api.send<History>('GET', path);
      const value = await valueFor(api, name, textOf(given, file));
      const change = { value, reason, ...(from && { validFrom: from }), ...(to && { validTo: to }) };
      const { body } = await api.send<Written>('PUT', path, { body: change, ifMatch });
      show(body, options, written);
    });
}

function addUnset(group: Command, api: Api): void {
  withLeistung(group.command('unset <region> <name>'))
    .description('ab jetzt wieder erben')
    .requiredOption('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (region: string, name: string, options: JsonOption & LeistungOption & { reason: string }) => {
      const path = pathOf(region, options.leistung, name);
      const { etag: ifMatch } = await api.send<History>('GET', path);
      const { body } = await api.send<History>('DELETE', `${path}${query({ reason: options.reason })}`, { ifMatch });
      show(body, options, () => texts.parameters.inherited(name, regionName(region)));
    });
}

function addMissing(group: Command, api: Api): void {
  group
    .command('missing <region>')
    .description('welche Leistungen einer Gemeinde oder eines Kreises unvollständig sind')
    .option('--json', 'als JSON')
    .action(async (region: string, options: JsonOption) =>
      show(await api.get<Missing>(`parameters/missing${query({ region })}`), options, missing),
    );
}

function addDefinitions(group: Command, api: Api): void {
  group
    .command('definitions [anfang]')
    .description('was sich setzen lässt; nur Namen mit diesem Anfang')
    .option('--json', 'als JSON')
    .action(async (prefix: string | undefined, options: JsonOption) => {
      const all = await readDefinitions(api);
      show(
        all.filter(({ name }) => name.startsWith(prefix ?? '')),
        options,
        definitions,
      );
    });
}

function addCheck(group: Command, api: Api): void {
  group
    .command('check <adapter> <ars> <leistung>')
    .description('Verbindung prüfen, mit dem, was dort gilt; Exit-Code 1, wenn sie nicht steht')
    .option('--json', 'als JSON')
    .action(async (adapter: string, ars: string, leistung: string, options: JsonOption) => {
      const path = `adapters/${encodeURIComponent(adapter)}/check${query({ ars, leistung })}`;
      const answer = await api.post<Checked>(path);
      show(answer, options, checked);
      if (!answer.ok) process.exitCode = 1;
    });
}

interface LeistungOption {
  /** `*`: all. */
  leistung: string;
}

function withLeistung(command: Command): Command {
  return command.option('--leistung <schluessel>', 'nur für diese Leistung; sonst für alle', '*');
}

function pathOf(region: string, leistung: string, name: string): string {
  return `parameters/${[region, leistung, name].map(encodeURIComponent).join('/')}`;
}

function textOf(given: string | undefined, file: string | undefined): string {
  if ((given === undefined) === (file === undefined)) throw new Obstacle(texts.parameters.valueOrFile);
  return given ?? readFileSync(file === '-' ? 0 : file!, 'utf8').replace(/\r?\n$/, '');
}

/** The parameter's definition says whether the text is the value itself or JSON for it. */
async function valueFor(api: Api, name: string, text: string): Promise<Json> {
  const definition = (await readDefinitions(api)).find((one) => one.name === name);
  if (definition?.schema.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readDefinitions(api: Api): Promise<Definition[]> {
  return (await api.get<{ definitions: Definition[] }>('parameters/definitions')).definitions;
}
