import type { Adapter } from '#adapters/contract.js';
import { compareVersions, type Schema } from '#fim/model.js';
import { Problem } from '#problems/problem.js';
import { compose, identityFile, isMapper } from '#processes/assemble.js';
import { lintFit } from '#processes/lint.js';

import { MappingError, readRows } from '#processes/mapping.js';
import type { Process } from '#processes/process.js';
import type { ProcessFile, Rows } from '#processes/process-file.js';
import { dayOf, type Processes } from '#processes/processes.js';
import type { Leistung } from '#submission/vocabulary.js';

/** What an operator wants with a schema. */
export interface Wish {
  /** Without it: every process that uses an earlier version of the schema. */
  leistung?: Leistung | undefined;
  /** Prefix of the ARS; without it, everywhere, or where the earlier version's process holds. */
  region?: string | undefined;
  /** `YYYY-MM-DD`; default: the day of `now`. */
  validFrom?: string | undefined;
  now: Date;
}

export interface ImportPlan {
  /** Processes to be made, by the day they begin. */
  made: Process[];
  /** Processes that an earlier import of this very schema made: there is nothing to do about them. */
  there: Process[];
}

/** One place that a schema is to be used at, and the process that holds there on that day. */
interface Target {
  leistung: Leistung;
  region: string | undefined;
  base: Process | undefined;
}

/**
 * Which processes a schema becomes. A process that uses an earlier version is renewed, if its mapping still fits; a Leistung without a process gets one that
 * hands the form's FIM data to the region's Fachverfahren. Throws {@link Problem}: `schema-unfit`, `conflict`, `malformed`.
 */
export function planImport(
  processes: Processes,
  adapters: Map<string, Adapter>,
  model: Schema,
  wish: Wish,
): ImportPlan {
  const today = dayOf(wish.now);
  const day = wish.validFrom ?? today;
  const targets = targetsOf(processes, model, wish, day);
  const there = targets.flatMap((target) => importedAt(processes, model, target) ?? []);
  for (const process of there) demandSameStart(process, wish);
  const open = targets.filter((target) => importedAt(processes, model, target) === undefined);
  if (open.length > 0 && day < today)
    throw new Problem('malformed', `Der ${germanDay(day)} liegt in der Vergangenheit; möglich ist ab heute.`);
  const wanted = wish.leistung === undefined ? open.filter(({ base }) => isOlder(base, model)) : open;
  if (wanted.length === 0 && there.length === 0) throw nothingToRenew(open, model);
  return { made: wanted.map((target) => processAt(processes, adapters, model, target, day)), there };
}

function targetsOf(processes: Processes, model: Schema, { leistung, region }: Wish, day: string): Target[] {
  const at = (leistung: string, region: string | undefined): Target => ({
    leistung,
    region,
    base: processes.find({ leistung, ars: region ?? '', date: noon(day) }),
  });
  if (leistung !== undefined) return [at(leistung, region)];
  const using = processes.all().filter(({ schema }) => schema.id === model.id);
  if (using.length === 0)
    throw unfit(model, [`Kein Prozess verwendet das Schema ${model.id}; bitte die Leistung nennen.`]);
  const places = new Map(using.map((process) => [`${process.leistung} ${region ?? process.region ?? ''}`, process]));
  return [...places.values()]
    .map((process) => at(process.leistung, region ?? process.region))
    .filter(({ base }) => base?.schema.id === model.id);
}

const importedAt = (processes: Processes, model: Schema, { leistung, region }: Target) =>
  processes
    .all()
    .find(
      (process) =>
        process.leistung === leistung && process.region === region && !process.folder && isOf(process, model),
    );

const isOf = ({ schema }: Process, { id, version }: Schema) => schema.id === id && schema.version === version;
const isOlder = (base: Process | undefined, model: Schema) =>
  base !== undefined && compareVersions(base.schema.version, model.version) < 0;

function demandSameStart({ leistung, validFrom }: Process, wish: Wish): void {
  if (wish.validFrom !== undefined && wish.validFrom !== validFrom)
    throw new Problem(
      'conflict',
      `Für ${leistung} ist dieses Schema schon ab ${germanDay(validFrom)} übernommen; der Tag lässt sich nicht mehr ändern, nur zurückziehen.`,
    );
}

function nothingToRenew(targets: Target[], model: Schema): Problem {
  const [base] = targets.flatMap(({ base }) => base ?? []);
  if (base && isOf(base, model))
    return new Problem(
      'conflict',
      `Das Schema ${model.key} gehört schon zum Prozess ${base.leistung} ${base.version}.`,
    );
  const now = base ? `; in Gebrauch ist ${base.schema.version}` : '';
  return unfit(model, [`Die Fassung ${model.version} ist nicht neuer als die vorhandene${now}.`]);
}

function processAt(
  processes: Processes,
  adapters: Map<string, Adapter>,
  model: Schema,
  target: Target,
  day: string,
): Process {
  const file = fileAt(model, target, day);
  const { process, problems } = tryFit(file, model);
  const found = [...problems, ...lintFit(process, adapters)];
  if (found.length > 0) throw unfit(model, found, file);
  demandLatest(processes, model, target, day);
  return process;
}

function fileAt(model: Schema, { leistung, region, base }: Target, day: string): ProcessFile {
  const here = region === undefined ? '' : `@${region}`;
  if (base === undefined || isIdentityImport(base))
    return identityFile({
      leistung,
      region,
      title: model.label,
      version: `${model.key}${here}`,
      validFrom: day,
      adapter: { parameter: 'fachverfahren' },
    });
  if (base.schema.id !== model.id)
    throw unfit(model, [
      `Die Leistung ${leistung} hat einen eigenen Prozess mit dem Schema ${base.schema.id}; ein anderes Schema braucht einen anderen Prozess.`,
    ]);
  if (!isOlder(base, model)) throw nothingToRenew([{ leistung, region, base }], model);
  if (leistung === '*' && region !== undefined)
    throw unfit(model, ['Der Universalprozess gilt überall, nicht für eine Region.']);
  const { validTo: _, ...written } = base.written;
  const origin = base.version.split('+')[0];
  return {
    ...written,
    ...(region !== undefined && { region }),
    version: `${origin}+${model.key}${here}`,
    validFrom: day,
    schema: `${model.key}.xml`,
  };
}

const isIdentityImport = (process: Process) =>
  process.folder === undefined && process.version.startsWith(`${process.schema.id}V`);

/** What begins later and is older would take over again. */
function demandLatest(processes: Processes, model: Schema, { leistung, region }: Target, day: string): void {
  const later = processes
    .all()
    .find(
      (process) =>
        process.leistung === leistung &&
        process.region === region &&
        process.validFrom > day &&
        process.validFrom <= (process.validTo ?? '9999') &&
        process.schema.id === model.id &&
        isOlder(process, model),
    );
  if (later)
    throw new Problem(
      'conflict',
      `Ab ${germanDay(later.validFrom)} ist für ${leistung} die ältere Fassung ${later.schema.version} vorgesehen; sie würde diese wieder ablösen. Bitte zuerst zurückziehen.`,
    );
}

/** Rows that no longer fit are left out and told, so that one answer names everything that is missing. */
function tryFit(file: ProcessFile, model: Schema): { process: Process; problems: string[] } {
  const { mapping } = file;
  if (mapping === 'identity') return { process: compose(file, model), problems: [] };
  const problems: string[] = [];
  const fitting = (rows: Rows): Rows =>
    Object.fromEntries(
      Object.entries(rows).filter(([key, path]) => {
        const problem = misfit({ [key]: path }, model);
        if (problem !== undefined) problems.push(problem);
        return problem === undefined;
      }),
    );
  const kept = isMapper(mapping) ? { ...mapping, fields: fitting(mapping.fields) } : fitting(mapping);
  return { process: compose({ ...file, mapping: kept as ProcessFile['mapping'] }, model), problems };
}

function misfit(row: Rows, model: Schema): string | undefined {
  try {
    readRows(row, model);
    return undefined;
  } catch (error) {
    if (error instanceof MappingError) return error.message;
    throw error;
  }
}

function unfit(model: Schema, messages: string[], file?: ProcessFile): Problem {
  const process = file === undefined ? '' : ` zum Prozess ${file.leistung} (${file.title})`;
  const findings = messages.map((message) => ({ severity: 'error', code: 'unfit', message }));
  const more = messages.length > 1 ? ` (und ${messages.length - 1} weitere)` : '';
  return new Problem('schema-unfit', `Das Schema ${model.key} passt nicht${process}: ${messages[0]}${more}`, {
    findings,
  });
}

const noon = (day: string) => new Date(`${day}T11:00:00Z`);
export const germanDay = (day: string) => day.split('-').reverse().join('.');
