import type { Adapter } from '#adapters/contract.js';
import { diffSchemas, type SchemaChange } from '#fim/diff.js';
import { compareVersions, type Schema } from '#fim/model.js';
import { Problem } from '#problems/problem.js';
import { compose, identityFile, isMapper } from '#processes/assemble.js';
import { lintFit } from '#processes/lint.js';
import { MappingError, readRows } from '#processes/mapping.js';
import type { Process } from '#processes/process.js';
import type { ProcessFile, Rows } from '#processes/process-file.js';
import { dayOf, type Processes } from '#processes/processes.js';
import type { Leistung } from '#submission/vocabulary.js';
import { germanDay, noonOf } from './day.js';
import { texts } from './texts.js';

/** What an operator wants to use a schema for. */
export interface PlanRequest {
  /** Without it: every process that uses an earlier version of the schema. */
  leistung?: Leistung | undefined;
  /** Prefix of the ARS. Without it: everywhere, or where the earlier version's process applies. */
  region?: string | undefined;
  /** `YYYY-MM-DD`; default: the day of `now`. */
  validFrom?: string | undefined;
  now: Date;
}

export interface ImportPlan {
  /** Processes to be created. */
  created: Process[];
  /** Processes that an earlier import of the same schema created; nothing is to be done about them. */
  existing: Process[];
  /** What senders find changed, against the processes that are renewed. */
  changes: SchemaChange[];
}

/** Changes that one answer names. */
const mostChanges = 200;

/** A Leistung and region that a schema is to be used for, and the process that applies there on that day. */
interface Target {
  leistung: Leistung;
  region: string | undefined;
  base: Process | undefined;
}

/**
 * Decides which processes a schema becomes. A process that uses an earlier version is renewed if its mapping still
 * fits. A Leistung without a process gets one that hands the form's FIM data to the region's Fachverfahren.
 * @throws Problem `schema-unfit`, `conflict`, `malformed`
 */
export function planImport(
  processes: Processes,
  adapters: Map<string, Adapter>,
  model: Schema,
  request: PlanRequest,
): ImportPlan {
  const today = dayOf(request.now);
  const day = request.validFrom ?? today;
  const targets = targetsOf(processes, model, request, day);
  const existing = targets.flatMap((target) => importedFor(processes, model, target) ?? []);
  for (const process of existing) demandSameStart(process, request);
  const open = targets.filter((target) => importedFor(processes, model, target) === undefined);
  if (open.length > 0 && day < today) throw new Problem('malformed', texts.plan.dayInPast(germanDay(day)));
  const wanted = request.leistung === undefined ? open.filter(({ base }) => isOlder(base, model)) : open;
  if (wanted.length === 0 && existing.length === 0) throw nothingToRenew(open, model);
  const created = wanted.map((target) => processFor(processes, adapters, model, target, day));
  return { created, existing, changes: changesFor(wanted, model) };
}

function changesFor(targets: Target[], model: Schema): SchemaChange[] {
  const renewed = new Set(targets.flatMap(({ base }) => (base?.schema.id === model.id ? [base.model] : [])));
  const changes = [...renewed].flatMap((old) => diffSchemas(old, model));
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()].slice(0, mostChanges);
}

function targetsOf(processes: Processes, model: Schema, { leistung, region }: PlanRequest, day: string): Target[] {
  const targetOf = (leistung: string, region: string | undefined): Target => ({
    leistung,
    region,
    base: processes.find({ leistung, ars: region ?? '', date: noonOf(day) }),
  });
  if (leistung !== undefined) return [targetOf(leistung, region)];
  const using = processes.all().filter(({ schema }) => schema.id === model.id);
  if (using.length === 0) throw unfit(model, [texts.plan.noProcessUses(model.id)]);
  const distinct = new Map(using.map((process) => [`${process.leistung} ${region ?? process.region ?? ''}`, process]));
  return [...distinct.values()]
    .map((process) => targetOf(process.leistung, region ?? process.region))
    .filter(({ base }) => base?.schema.id === model.id);
}

const importedFor = (processes: Processes, model: Schema, { leistung, region }: Target) =>
  processes
    .all()
    .find(
      (process) =>
        process.leistung === leistung && process.region === region && !process.folder && uses(process, model),
    );

const uses = ({ schema, model: { addedRules } }: Process, { id, version, addedRules: rules }: Schema) =>
  schema.id === id && schema.version === version && addedRules?.version === rules?.version;

/** Whether the process uses an earlier version of the schema, or the same with earlier rules, or none, beside it. */
function isOlder(base: Process | undefined, { version, addedRules }: Schema): boolean {
  if (base === undefined) return false;
  const difference = compareVersions(base.schema.version, version);
  if (difference !== 0) return difference < 0;
  return compareVersions(base.model.addedRules?.version ?? '0', addedRules?.version ?? '0') < 0;
}

const editionOf = ({ version, addedRules }: Schema) => `${version}${texts.plan.withRules(addedRules?.version)}`;

function demandSameStart({ leistung, validFrom }: Process, request: PlanRequest): void {
  if (request.validFrom !== undefined && request.validFrom !== validFrom)
    throw new Problem('conflict', texts.plan.otherStart(leistung, germanDay(validFrom)));
}

function nothingToRenew(targets: Target[], model: Schema): Problem {
  const [base] = targets.flatMap(({ base }) => base ?? []);
  if (base && uses(base, model))
    return new Problem('conflict', texts.plan.alreadyUsed(model.key, base.leistung, base.version));
  return unfit(model, [texts.plan.notNewer(editionOf(model), base && editionOf(base.model))]);
}

function processFor(
  processes: Processes,
  adapters: Map<string, Adapter>,
  model: Schema,
  target: Target,
  day: string,
): Process {
  const file = fileFor(model, target, day);
  const { process, problems } = tryFit(file, model);
  const found = [...problems, ...lintFit(process, adapters)];
  if (found.length > 0) throw unfit(model, found, file);
  demandLatest(processes, model, target, day);
  return process;
}

function fileFor(model: Schema, target: Target, day: string): ProcessFile {
  const { leistung, region, base } = target;
  const { version: rules } = model.addedRules ?? {};
  const edition = `${model.key}${rules === undefined ? '' : `R${rules}`}${region === undefined ? '' : `@${region}`}`;
  if (base === undefined || isIdentityImport(base))
    return identityFile({
      leistung,
      region,
      title: model.label,
      version: edition,
      validFrom: day,
      adapter: { parameter: 'fachverfahren' },
    });
  demandRenewable(model, target, base);
  const { validTo: _, rules: _base, ...written } = base.written;
  const origin = base.version.split('+')[0];
  return {
    ...written,
    ...(region !== undefined && { region }),
    version: `${origin}+${edition}`,
    validFrom: day,
    schema: `${model.key}.xml`,
  };
}

function demandRenewable(model: Schema, target: Target, base: Process): void {
  const { leistung, region } = target;
  if (base.schema.id !== model.id) throw unfit(model, [texts.plan.otherSchema(leistung, base.schema.id)]);
  if (!isOlder(base, model)) throw nothingToRenew([target], model);
  const isSame = base.schema.version === model.version;
  if (isSame && diffSchemas(base.model, model).some(({ what }) => what !== 'rule'))
    throw new Problem('conflict', texts.plan.otherFile(model.key));
  if (leistung === '*' && region !== undefined) throw unfit(model, [texts.plan.universalHasNoRegion]);
}

const isIdentityImport = (process: Process) =>
  process.folder === undefined && process.version.startsWith(`${process.schema.id}V`);

/** Refuses a process if an older version is scheduled for a later day, because that would replace it again. */
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
      texts.plan.olderComesLater(germanDay(later.validFrom), leistung, later.schema.version),
    );
}

/** Leaves out rows that no longer fit and reports them, so that one answer names everything that is missing. */
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
  return { process: compose({ ...file, mapping: kept }, model), problems };
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
  const process = file === undefined ? '' : texts.plan.process(file.leistung, file.title);
  const findings = messages.map((message) => ({ severity: 'error', code: 'unfit', message }));
  const first = texts.file.withMore(messages[0]!, messages.length - 1);
  return new Problem('schema-unfit', texts.plan.unfit(model.key, process, first), { findings });
}
