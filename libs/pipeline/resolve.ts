import type { Question } from '#adapter-host/call.js';
import { majorOf, versionOf } from '#adapter-host/load.js';
import type { Adapter, Attachment, Format, Lookup } from '#adapters/contract.js';
import type { EffectiveSet } from '#parameters/effective.js';
import type { Process } from '#processes/process.js';
import { type AttributeTitle, readable } from '#processes/readable.js';
import { MissingParameter, type StepProgram } from '#processes/step-program.js';
import { insufficientTrust } from '#processes/steps.js';
import { attachmentChunks, readAttachment, readAttachments } from '#store/submissions.js';
import { attemptRanWith, type ClaimedTask, versionPending } from '#store/tasks.js';
import type { Json } from '#submission/vocabulary.js';
import type { Result } from './judge.js';
import { describe, type RanWith } from './ran-with.js';
import type { Worker } from './worker.js';

/** What it takes to know what a task will say. */
export type Sources = Pick<Worker, 'db' | 'adapters' | 'parameters' | 'processes'>;

/** A claimed task with everything its call needs. */
export interface Resolved {
  adapter: Adapter;
  /** By full name, secrets in the clear. */
  values: Record<string, Json>;
  ran: RanWith;
  question: Question;
}

/** Why it cannot even begin, and with what it tried. */
export type Unresolved = Result & { ran?: RanWith };

/** Finds the parameters this attempt runs with and makes what it will say. A result instead, where it cannot even begin. */
export async function resolve(worker: Sources, task: ClaimedTask): Promise<Resolved | Unresolved> {
  if (task.laneClosed !== null) return { kind: 'later', reason: { public: closedText(task.laneClosed) } };
  const family = worker.adapters.get(task.adapter);
  if (!family)
    return { kind: 'later', reason: { public: `Den Adapter „${task.adapter}“ betreibt dieser Worker nicht.` } };
  if (task.data === null)
    return { kind: 'rejected', reasons: [{ public: 'Die Daten sind gelöscht; zustellen lässt sich nichts mehr.' }] };
  const doubtful = await doubtfulAttempt(worker, task);
  const set = await parameterSet(worker, task, doubtful);
  const values = worker.parameters.values(set);
  const name = `${task.adapter}.version`;
  const ranWith = doubtful?.adapterVersion ?? (await pendingVersion(worker, task, family));
  const chosen = ranWith ? majorOf({ version: ranWith }) : values[name];
  const adapter = versionOf(family, chosen);
  const ran = { adapterVersion: adapter?.manifest.version ?? '', ...describe(set) };
  if (!adapter)
    return {
      ...{ kind: 'misconfigured', parameter: name, ran },
      reason: { public: 'Diese Version des Adapters gibt es nicht.' },
    };
  if (task.kind === 'register') {
    const untrusted = insufficientTrust(
      stepOf(worker, task).step,
      adapter.manifest.trustLevel,
      task.trustLevel ?? undefined,
    );
    if (untrusted !== undefined) return { kind: 'forbidden', reason: { public: untrusted } };
  }
  try {
    return { adapter, values, ran, question: await ask(worker, task, adapter, values) };
  } catch (error) {
    if (error instanceof UnfitTemplate)
      return { kind: 'misconfigured', parameter: error.parameter, reason: { public: error.message }, ran };
    if (!(error instanceof MissingParameter)) throw error;
    return { kind: 'missing', reason: { public: error.message }, ran };
  }
}

/** Doubt is asked about as the doubtful attempt would: with its parameters and its version of the adapter. */
async function doubtfulAttempt({ db }: Sources, { next, taskId, doubtAttempt }: ClaimedTask) {
  return next === 'find' && doubtAttempt !== null ? attemptRanWith(db, taskId, doubtAttempt) : undefined;
}

/** What answers later is asked by the version that gave it away: another may not know the reference. */
async function pendingVersion({ db }: Sources, { next, taskId }: ClaimedTask, { earlier }: Adapter) {
  return next === 'status' && earlier ? versionPending(db, taskId) : undefined;
}

/** A doubtful attempt's own, a replay's "as it ran", else the current ones. */
async function parameterSet(
  { parameters }: Sources,
  { ars, leistung, revision, parametersAsRan }: ClaimedTask,
  doubtful: { versionIds: string[] } | undefined,
): Promise<EffectiveSet> {
  const ids = doubtful?.versionIds.length ? doubtful.versionIds : parametersAsRan;
  return ids
    ? parameters.setByIds(ids, { ars, leistung, revision })
    : parameters.effective({ ars, leistung, revision });
}

const closedText = (why: string) => `Das Register ist zurzeit nicht zu fragen${why && `: ${why}`}`;

async function ask(
  worker: Sources,
  task: ClaimedTask,
  adapter: Adapter,
  values: Record<string, Json>,
): Promise<Question> {
  if (task.next === 'find') return { call: 'find' };
  if (task.next === 'status' && task.kind === 'fachverfahren')
    return { call: 'status', externalReference: task.externalReference ?? '' };
  const { submissionId, caseId, leistung, ars, schema, data, registers } = task;
  const receivedAt = task.receivedAt.toISOString();
  const { process, step } = stepOf(worker, task);
  const { program, format } = writing(process, step.name, adapter, values);
  const input = {
    data,
    parameters: values,
    registers,
    submission: { submissionId, caseId, leistung, ars, receivedAt, schema },
  };
  const made = program ? await program.run(input) : data;
  if (step.kind === 'register') {
    const { attributes, purpose, legalBasis } = step;
    const request = { submissionId, leistung, ars, subject: made, attributes, purpose, legalBasis };
    return task.next === 'status'
      ? { call: 'status', externalReference: task.externalReference ?? '', request }
      : { call: 'lookup', request };
  }
  const attachments = await attachmentsOf(worker, task);
  const lookups = lookupsOf(process, registers);
  return {
    call: 'deliver',
    delivery: {
      ...{ submissionId, caseId, leistung, ars, receivedAt, schema, data, attachments },
      title: process.title,
      message: made,
      format,
      lookups,
      readable: () => readable(process, data, lookups, titlesOf(worker)),
    },
  };
}

/** The answers of earlier register steps, in their order. */
function lookupsOf({ steps }: Process, registers: Record<string, Json>): Lookup[] {
  return steps.flatMap(({ name, title }) => {
    const answer = registers[name] as unknown as Omit<Lookup, 'step' | 'title'> | undefined;
    if (!answer) return [];
    const { outcome, attributes, origin, differences } = answer;
    return [{ step: name, title, outcome, ...(attributes && { attributes }), origin, differences }];
  });
}

/** What an adapter calls the attributes that it was asked for. */
const titlesOf =
  ({ adapters }: Sources): AttributeTitle =>
  (adapter, attribute) =>
    adapters.get(adapter)?.manifest.attributes?.[attribute];

/** The step, of the process version that the submission was accepted with. */
export function stepOf({ processes }: Sources, { leistung, processVersion, stepName }: ClaimedTask) {
  const process = processes.exact(leistung, processVersion);
  const step = process?.steps.find(({ name }) => name === stepName);
  if (!process || !step) throw new Error(`process ${leistung} ${processVersion} has no step ${stepName}`);
  return { process, step };
}

/** A region chose a template that this process does not have, or that this adapter cannot write. */
class UnfitTemplate extends Error {
  constructor(
    readonly parameter: string,
    message: string,
  ) {
    super(message);
  }
}

/** What makes the message, and how it is written: the template that the region chose for the adapter, else the step's own as JSON. */
function writing(
  process: Process,
  step: string,
  { manifest: { id, formats } }: Adapter,
  values: Record<string, Json>,
): { program: StepProgram | undefined; format: Format } {
  if (!formats) return { program: process.programs.get(step), format: 'json' };
  const parameter = `${id}.template`;
  const name = values[parameter];
  const template = typeof name === 'string' ? process.templates.get(step)?.get(name) : undefined;
  if (name !== undefined && !template)
    throw new UnfitTemplate(parameter, 'Der Prozess hat für diesen Schritt keine Vorlage dieses Namens.');
  const { program, format } = template ?? { program: process.programs.get(step), format: 'json' as const };
  if (!formats.includes(format))
    throw new UnfitTemplate(parameter, `Dieser Adapter schreibt kein ${format.toUpperCase()}.`);
  return { program, format };
}

async function attachmentsOf({ db }: Sources, task: ClaimedTask): Promise<Attachment[]> {
  if (!task.hasAttachments) return [];
  const files = await readAttachments(db, task.submissionId);
  return files.map((file) => ({
    ...file,
    async content() {
      const bytes = await readAttachment(db, file.attachmentId);
      if (!bytes) throw new Error('erased');
      return bytes;
    },
    chunks: () => attachmentChunks(db, file.attachmentId),
  }));
}
