import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Obstacle } from '#launch/obstacle.js';
import type { SchemaDetail, SchemaView } from '#schema-import/view.js';
import type { Connection } from './connection.js';
import { query } from './filter.js';
import { blocks, facts, place, show, table, time } from './show.js';
import { word } from './words.js';

interface ImportOptions {
  list?: Record<string, string>;
  validFrom?: string;
  leistung?: string;
  region?: string;
  force?: boolean;
  reason?: string;
  dryRun?: boolean;
  json?: boolean;
}

type Imported = SchemaView & { dryRun?: true; created?: boolean };

/** `stellwerk schemas …`: FIM schemas of the running system. Exit codes: 0 done, 1 refused. */
export function registerSchemas(program: Command, api: () => Connection): void {
  const group = program
    .command('schemas')
    .description('FIM-Schemata des laufenden Systems: übernehmen, ansehen, zurückziehen (Rolle operator)');
  group.addHelpText('after', '\nRückgabewert: 0 in Ordnung, 1 abgewiesen; die Gründe stehen in der Fehlerausgabe.');

  group
    .command('import <datei>')
    .description('ein Stammdatenschema (XDatenfelder 2.0 oder 3.0.0) übernehmen, ab heute oder ab einem Tag')
    .option('--list <URN=datei>', 'eine Codeliste (genericode) mitgeben (mehrfach möglich)', addList)
    .option('--valid-from <tag>', 'gilt ab, etwa 2027-01-01; sonst ab heute')
    .option('--leistung <schluessel>', 'für diese Leistung; sonst für alle Prozesse mit einer früheren Fassung')
    .option('--region <schluessel>', 'nur für diese Region: Regionalschlüssel oder sein Anfang')
    .option('--force', 'auch wenn es nicht freigegeben ist; verlangt --reason')
    .option('--reason <text>', 'warum')
    .option('--dry-run', 'nur prüfen und sagen, was geschähe')
    .option('--json', 'als JSON')
    .action(async (file: string, options: ImportOptions) => {
      const path = `schemas${options.dryRun ? '?dryRun=true' : ''}`;
      const { body } = await api().send<Imported>('POST', path, { form: formOf(file, options) });
      show(body, options, imported);
    });

  group
    .command('list', { isDefault: true })
    .description('was übernommen ist, wofür und ab wann')
    .option('--json', 'als JSON')
    .action(async (options) => show(await api().get<{ items: SchemaView[] }>('schemas'), options, listed));

  group
    .command('show <schema> <version>')
    .description('der Bericht zu einem Schema: was geprüft wird und was nicht')
    .option('--json', 'als JSON')
    .action(async (id: string, version: string, options) =>
      show(await api().get<SchemaDetail>(pathOf(id, version)), options, detailed),
    );

  group
    .command('withdraw <schema> <version>')
    .description('ab einem Tag nichts Neues mehr damit annehmen; was angenommen ist, wird zugestellt')
    .requiredOption('--reason <text>', 'warum')
    .option('--from <tag>', 'ab diesem Tag; sonst ab heute')
    .option('--leistung <schluessel>', 'nur für diese Leistung')
    .option('--region <schluessel>', 'nur für diese Region')
    .option('--json', 'als JSON')
    .action(async (id: string, version: string, { reason, from, leistung, region, ...options }) => {
      const path = `${pathOf(id, version)}${query({ from, leistung, region, reason })}`;
      const { body } = await api().send<SchemaDetail>('DELETE', path);
      show(body, options, (schema) => `Zurückgezogen: ${nameOf(schema)}.\n${usesOf(schema)}`);
    });
}

function addList(value: string, lists: Record<string, string> = {}): Record<string, string> {
  const at = value.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Erwartet wird URN=DATEI.');
  return { ...lists, [value.slice(0, at)]: value.slice(at + 1) };
}

function formOf(file: string, { list = {}, validFrom, leistung, region, force, reason }: ImportOptions): FormData {
  const form = new FormData();
  form.append('schema', load(file), basename(file));
  for (const [urn, path] of Object.entries(list)) form.append(`list:${urn}`, load(path), basename(path));
  const values = { validFrom, leistung, region, reason, force: force ? 'true' : undefined };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.append(name, value);
  return form;
}

function load(file: string): Blob {
  try {
    return new Blob([readFileSync(file)]);
  } catch {
    throw new Obstacle(`Die Datei ${file} ist nicht lesbar.`);
  }
}

const pathOf = (id: string, version: string) => `schemas/${encodeURIComponent(id)}/${encodeURIComponent(version)}`;
const nameOf = ({ schemaId, version, label }: SchemaView) => `${schemaId} ${version} ${label}`;

function imported(schema: Imported): string {
  const done = schema.dryRun ? 'Ließe sich übernehmen' : 'Übernommen';
  return `${done}: ${nameOf(schema)}.\n${usesOf(schema)}`;
}

const usesOf = ({ uses }: SchemaView) =>
  table(
    ['Leistung', 'Region', 'Prozess', 'gilt ab', 'bis', 'Stand'],
    uses.map((use) => [
      use.leistung === '*' ? 'alle übrigen' : use.leistung,
      use.region === undefined ? 'überall' : place(use.region),
      use.processVersion,
      germanDay(use.validFrom),
      germanDay(use.validTo),
      word(use.state),
    ]),
  );

const germanDay = (day: string | undefined) => day?.split('-').reverse().join('.') ?? '';
const share = ({ checked, unchecked }: { checked: number; unchecked: number }) =>
  `${checked} geprüft${unchecked === 0 ? '' : `, ${unchecked} nicht`}`;
const releaseOf = ({ released, status, forced }: SchemaView) =>
  released ? `freigegeben (${status})` : `nicht freigegeben (${status})${forced ? `: ${forced}` : ''}`;

function listed({ items }: { items: SchemaView[] }): string {
  if (items.length === 0) return 'Es ist kein Schema übernommen; es gelten die mitgelieferten.';
  const rows = items.flatMap((schema) =>
    schema.uses.map((use) => [
      `${schema.schemaId} ${schema.version}`,
      schema.label,
      use.leistung,
      use.region === undefined ? 'überall' : place(use.region),
      germanDay(use.validFrom),
      germanDay(use.validTo),
      word(use.state),
      releaseOf(schema),
      share(schema.enforced.constraints),
      share(schema.enforced.rules),
    ]),
  );
  const head = ['Schema', 'Titel', 'Leistung', 'Region', 'gilt ab', 'bis', 'Stand', 'Freigabe', 'Vorgaben', 'Regeln'];
  return table(head, rows);
}

function detailed(schema: SchemaDetail): string {
  const { report, lists, actions } = schema;
  const unchecked = [...report.constraints.unchecked, ...report.rules.unchecked];
  return blocks(
    facts([
      ['Schema', nameOf(schema)],
      ['Standard', `XDatenfelder ${schema.standard}`],
      ['Freigabe', releaseOf(schema)],
      ['Hash', schema.sha256],
      ['Stellen', `${report.positions.fields} Felder, ${report.positions.groups} Gruppen`],
      ['Vorgaben', share(schema.enforced.constraints)],
      ['Regeln', share(schema.enforced.rules)],
    ]),
    usesOf(schema),
    table(
      ['Codeliste', 'verlangt', 'wie', 'Einträge', 'Hash'],
      lists.map((list) => [
        list.versionUri,
        list.version ?? '(aktuelle)',
        word(list.how),
        list.size,
        list.sha256.slice(0, 12),
      ]),
    ),
    unchecked.map(({ id, reason }) => `Nicht geprüft: ${id}: ${reason.replace(/\s+/g, ' ')}`).join('\n'),
    report.findings.map(({ message }) => `Hinweis: ${message}`).join('\n'),
    table(
      ['wann', 'wer', 'was', 'warum'],
      actions.map(({ at, actor, type, reason }) => [time(at), actor, word(type), reason]),
    ),
  );
}
