import type { Question } from '#adapter-host/call.js';
import type { Adapter, Attachment, Format, Lookup } from '#adapters/contract.js';
import type { Process } from '#processes/process.js';
import type { Facts, Step } from '#processes/process-file.js';
import { type AttributeTitle, labelAt, laidDown, readable } from '#processes/readable.js';
import type { MessageInput, StepProgram } from '#processes/step-program.js';
import { loadRegions } from '#regions/regions.js';
import { attachmentChunks, readAttachment, readFiles } from '#store/attachments.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from './texts.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/** What it takes to know what a task will say. */
export type Sources = Pick<Worker, 'db' | 'adapters' | 'parameters' | 'processes'> &
  Partial<Pick<WorkerOnTheWay, 'filesOf'>>;
/** A task as far as its question depends on it: also one that is only shown, not claimed. */
export type AskedTask = Omit<ClaimedTask, 'leaseUntil'>;

/** A region chose a template that this process does not have, or that this adapter cannot write. */
export class UnfitTemplate extends Error {
  constructor(
    readonly parameter: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What the adapter is called with.
 * @param values effective parameters by full name
 * @throws UnfitTemplate
 * @throws MissingParameter where the message needs a parameter that the region has not set
 */
export async function questionOf(
  worker: Sources,
  task: AskedTask,
  adapter: Adapter,
  values: Record<string, Json>,
): Promise<Question> {
  if (task.next === 'find') return { call: 'find' };
  const externalReference = task.externalReference ?? '';
  if (task.next === 'status' && task.kind === 'fachverfahren') return { call: 'status', externalReference };
  const { process, step } = stepOf(worker, task);
  const { program, ...as } = writing(process, step, adapter, values);
  const made = program ? await program.run(inputOf(task, values)) : task.data;
  if (step.kind === 'fachverfahren') return deliverQuestion(worker, task, process, { ...as, message: made });
  const { submissionId, leistung, ars } = task;
  const { attributes, purpose, legalBasis } = step;
  const request = { submissionId, leistung, ars, subject: made, attributes, purpose, legalBasis };
  return task.next === 'status' ? { call: 'status', externalReference, request } : { call: 'lookup', request };
}

/** What the step's expression sees. */
function inputOf(task: AskedTask, parameters: Record<string, Json>): MessageInput {
  const { submissionId, caseId, leistung, ars, data, registers } = task;
  const receivedAt = task.receivedAt.toISOString();
  return {
    data,
    parameters,
    registers,
    submission: { submissionId, caseId, leistung, ars, receivedAt, schema: schemaOf(task) },
  };
}

async function deliverQuestion(
  worker: Sources,
  task: AskedTask,
  process: Process,
  { message, format, facts }: { message: Json; format: Format; facts: Facts | undefined },
): Promise<Question> {
  const { submissionId, caseId, leistung, ars, data } = task;
  const lookups = lookupsOf(process, task.registers);
  return {
    call: 'deliver',
    delivery: {
      submissionId,
      caseId,
      leistung,
      ars,
      receivedAt: task.receivedAt.toISOString(),
      schema: schemaOf(task),
      data,
      attachments: await attachmentsOf(worker, task, process),
      title: process.title,
      message,
      format,
      lookups,
      readable: () => [
        laidDown(municipalityOf(task), message, facts),
        ...readable(process, data, lookups, titlesOf(worker)),
      ],
    },
  };
}

/** Name and key of the municipality, for people. */
export const municipalityOf = ({ ars }: Pick<AskedTask, 'ars'>): string => `${loadRegions().name(ars)} (${ars})`;

const schemaOf = ({ schemaId, schemaVersion }: AskedTask) => ({ id: schemaId, version: schemaVersion });

/** The answers of earlier register steps, in their order. */
function lookupsOf({ steps }: Process, registers: Record<string, Json>): Lookup[] {
  return steps.flatMap(({ name, title }) => {
    const answer = registers[name] as unknown as Omit<Lookup, 'step' | 'title'> | undefined;
    if (!answer) return [];
    const { outcome, attributes, origin, differences } = answer;
    return [{ step: name, title, outcome, ...(attributes && { attributes }), origin, differences }];
  });
}

/** The German titles of attributes and their parts, as the manifest of the adapter that was asked gives them. */
const titlesOf =
  ({ adapters }: Sources): AttributeTitle =>
  (adapter, path) =>
    adapters.get(adapter)?.manifest.attributes?.[path];

/** The step, of the process version that the submission was accepted with. @throws Error where no version has it */
export function stepOf(
  { processes }: Pick<Sources, 'processes'>,
  { leistung, processVersion, stepName }: AskedTask,
): { process: Process; step: Step } {
  const process = processes.exact(leistung, processVersion);
  const step = process?.steps.find(({ name }) => name === stepName);
  if (!process || !step) throw new Error(`process ${leistung} ${processVersion} has no step ${stepName}`);
  return { process, step };
}

/**
 * What makes the message, and how it is written: the template that the region chose for the adapter, else the step's
 * own as JSON.
 */
function writing(
  process: Process,
  step: Step,
  { manifest: { id, formats } }: Adapter,
  values: Record<string, Json>,
): { program: StepProgram | undefined; format: Format; facts: Facts | undefined } {
  const facts = step.kind === 'fachverfahren' ? step.facts : undefined;
  const own = { program: process.programs.get(step.name), format: 'json' as const, facts };
  if (!formats) return own;
  const parameter = `${id}.template`;
  const name = values[parameter];
  const template = typeof name === 'string' ? process.templates.get(step.name)?.get(name) : undefined;
  if (name !== undefined && !template) throw new UnfitTemplate(parameter, texts.noSuchTemplate);
  const chosen = template ?? own;
  if (!formats.includes(chosen.format)) throw new UnfitTemplate(parameter, texts.formatNotWritten(chosen.format));
  return { program: chosen.program, format: chosen.format, facts: chosen.facts };
}

async function attachmentsOf(
  { db, filesOf = (id) => readFiles(db, [id]).then(([files]) => files!) }: Sources,
  task: AskedTask,
  process: Process,
): Promise<Attachment[]> {
  if (!task.hasAttachments) return [];
  const files = await filesOf(task.submissionId);
  return files.map(({ bytes, ...file }) => {
    const label = file.field === undefined ? undefined : labelAt(process, file.field);
    return {
      ...file,
      ...(label !== undefined && { label }),
      async content() {
        const content = bytes ?? (await readAttachment(db, file.attachmentId));
        if (!content) throw new Error('erased');
        return content;
      },
      chunks: () => attachmentChunks(db, file.attachmentId),
    };
  });
}
