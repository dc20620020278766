import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Obstacle } from '#launch/obstacle.js';
import type { SchemaDetail } from '#schema-import/view.js';
import { type Api, query } from './api.js';
import type { JsonOption } from './options.js';
import { type Imported, imported, type SchemaList, schemaDetail, schemaList, withdrawn } from './schemas-output.js';
import { show } from './show.js';
import { texts } from './texts.js';

/** `stellwerk schemas …`: FIM schemas of the running system. Exit codes: 0 done, 1 refused. */
export function registerSchemas(program: Command, api: Api): void {
  const group = program
    .command('schemas')
    .description('FIM-Schemata des laufenden Systems: übernehmen, ansehen, zurückziehen (Rolle operator)')
    .addHelpText('after', texts.schemas.exitCodes);
  addImport(group, api);
  addList(group, api);
  addShow(group, api);
  addWithdraw(group, api);
}

interface ImportOptions extends JsonOption {
  list?: Record<string, string>;
  rules?: string;
  validFrom?: string;
  leistung?: string;
  region?: string;
  force?: boolean;
  reason?: string;
  dryRun?: boolean;
}

function addImport(group: Command, api: Api): void {
  group
    .command('import <datei>')
    .description('ein Stammdatenschema (XDatenfelder 2.0 oder 3.0.0) übernehmen, ab heute oder ab einem Tag')
    .option('--list <URN=datei>', 'eine Codeliste (genericode) mitgeben (mehrfach möglich)', addCodeList)
    .option('--rules <datei>', 'zusätzliche Regeln zum Schema, die Regeln aus Text umsetzen (JSON)')
    .option('--valid-from <tag>', 'gilt ab, etwa 2027-01-01; sonst ab heute')
    .option('--leistung <schluessel>', 'für diese Leistung; sonst für alle Prozesse mit einer früheren Fassung')
    .option('--region <schluessel>', 'nur für diese Region: Regionalschlüssel oder sein Anfang')
    .option('--force', 'auch wenn es nicht freigegeben ist; verlangt --reason')
    .option('--reason <text>', 'warum')
    .option('--dry-run', 'nur prüfen und sagen, was geschähe')
    .option('--json', 'als JSON')
    .action(async (file: string, options: ImportOptions) => {
      const path = `schemas${options.dryRun ? '?dryRun=true' : ''}`;
      const { body } = await api.send<Imported>('POST', path, { form: formOf(file, options) });
      show(body, options, imported);
    });
}

function addList(group: Command, api: Api): void {
  group
    .command('list', { isDefault: true })
    .description('was übernommen ist, wofür und ab wann')
    .option('--json', 'als JSON')
    .action(async (options: JsonOption) => show(await api.get<SchemaList>('schemas'), options, schemaList));
}

function addShow(group: Command, api: Api): void {
  group
    .command('show <schema> <version>')
    .description('der Bericht zu einem Schema: was geprüft wird und was nicht')
    .option('--json', 'als JSON')
    .action(async (id: string, version: string, options: JsonOption) =>
      show(await api.get<SchemaDetail>(pathOf(id, version)), options, schemaDetail),
    );
}

interface WithdrawOptions extends JsonOption {
  reason: string;
  from?: string;
  leistung?: string;
  region?: string;
}

function addWithdraw(group: Command, api: Api): void {
  group
    .command('withdraw <schema> <version>')
    .description('ab einem Tag nichts Neues mehr damit annehmen; was angenommen ist, wird zugestellt')
    .requiredOption('--reason <text>', 'warum')
    .option('--from <tag>', 'ab diesem Tag; sonst ab heute')
    .option('--leistung <schluessel>', 'nur für diese Leistung')
    .option('--region <schluessel>', 'nur für diese Region')
    .option('--json', 'als JSON')
    .action(async (id: string, version: string, options: WithdrawOptions) => {
      const { reason, from, leistung, region } = options;
      const path = `${pathOf(id, version)}${query({ from, leistung, region, reason })}`;
      const { body } = await api.send<SchemaDetail>('DELETE', path);
      show(body, options, withdrawn);
    });
}

/** Collects every `--list URN=file` into one record: URN → path. */
function addCodeList(value: string, lists: Record<string, string> = {}): Record<string, string> {
  const at = value.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError(texts.schemas.listOption);
  return { ...lists, [value.slice(0, at)]: value.slice(at + 1) };
}

function formOf(
  file: string,
  { list = {}, rules, validFrom, leistung, region, force, reason }: ImportOptions,
): FormData {
  const form = new FormData();
  form.append('schema', load(file), basename(file));
  for (const [urn, path] of Object.entries(list)) form.append(`list:${urn}`, load(path), basename(path));
  if (rules !== undefined) form.append('rules', load(rules), basename(rules));
  const values = { validFrom, leistung, region, reason, force: force ? 'true' : undefined };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.append(name, value);
  return form;
}

function load(file: string): Blob {
  try {
    return new Blob([readFileSync(file)]);
  } catch {
    throw new Obstacle(texts.schemas.unreadable(file));
  }
}

const pathOf = (id: string, version: string) => `schemas/${encodeURIComponent(id)}/${encodeURIComponent(version)}`;
