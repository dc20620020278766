import { isDeepStrictEqual } from 'node:util';
import { encode } from '#adapters/tools/formats.js';
import type { Json } from '#submission/vocabulary.js';
import { examplesOf, tryExample } from './examples.js';
import { lintLookups } from './lint-lookups.js';
import { message, request } from './message.js';
import type { Process, Template } from './process.js';
import type { Facts, Step } from './process-file.js';
import type { MessageInput } from './step-program.js';
import { applies } from './steps.js';
import { texts } from './texts.js';
import { valuesAt } from './values.js';

/** Whether every example is answered as it says, and every valid one makes messages. */
export async function lintExamples(process: Process): Promise<string[]> {
  const found: string[] = [];
  const examples = examplesOf(process);
  for (const example of examples) {
    const answer = await tryExample(process, example);
    if ('data' in answer) {
      if (example.expected) found.push(texts.lint.accepted(example.name));
      else found.push(...(await lintMessages(process, example.name, answer.data)));
    } else if (!isDeepStrictEqual(answer, example.expected)) {
      found.push(texts.lint.otherAnswer(example.name, JSON.stringify(answer)));
    }
  }
  if (process.folder !== undefined && !examples.some(({ expected }) => !expected))
    found.push(texts.lint.noValidExample);
  return [...new Set(found)];
}

/** Runs every expression on a valid example, with the parameters' own examples. */
async function lintMessages(process: Process, example: string, data: Json): Promise<string[]> {
  const input = inputOf(process, data);
  const found: string[] = [];
  for (const step of process.steps.filter((one) => applies(one, data))) {
    found.push(...(await lintMessage(process, step, example, input)).map((text) => texts.lint.atStep(step.name, text)));
    for (const [name, template] of process.templates.get(step.name) ?? [])
      for (const text of await lintTemplate(process, step, template, example, input))
        found.push(texts.lint.atTemplate(step.name, name, text));
  }
  return found;
}

function inputOf({ parameters, schema, leistung }: Process, data: Json): MessageInput {
  const examples = Object.entries(parameters).flatMap(([name, { examples }]) =>
    examples?.length ? [[name, examples[0]]] : [],
  );
  return {
    data,
    parameters: Object.fromEntries(examples),
    registers: {},
    submission: {
      submissionId: '00000000-0000-7000-8000-000000000001',
      caseId: '00000000-0000-7000-8000-000000000002',
      leistung,
      ars: '081110000000',
      receivedAt: '2026-11-20T08:15:00.000Z',
      schema,
    },
  };
}

async function lintMessage(process: Process, step: Step, example: string, input: MessageInput): Promise<string[]> {
  try {
    const made =
      step.kind === 'register'
        ? (await request(process, step.name, input)).subject
        : await message(process, step.name, input);
    const isEmpty = made === null || (typeof made === 'object' && Object.keys(made).length === 0);
    if (isEmpty) return [texts.lint.nothingMade(example)];
    if (step.kind === 'register') return [];
    const program = process.programs.get(step.name);
    return [
      ...lintFacts(made, step.facts),
      ...(await lintLookups(process, step, { program, format: 'json', omits: step.omits }, input)),
    ];
  } catch (error) {
    return [texts.lint.failed(example, reasonOf(error))];
  }
}

async function lintTemplate(
  process: Process,
  step: Step,
  template: Template,
  example: string,
  input: MessageInput,
): Promise<string[]> {
  const { format, program, columns, facts } = template;
  try {
    const made = await program.run(input);
    encode(made, format);
    const used = columns && Array.isArray(made) ? made.flatMap((row) => Object.keys(Object(row))) : [];
    const unknown = used.find((column) => !columns?.includes(column));
    if (unknown !== undefined) return [texts.lint.failed(example, texts.lint.noColumn(unknown))];
    return [...lintFacts(made, facts), ...(await lintLookups(process, step, template, input))];
  } catch (error) {
    return [texts.lint.failed(example, reasonOf(error))];
  }
}

/** With every parameter set, whatever people are to read of the message is there. */
const lintFacts = (message: Json, facts: Facts = {}): string[] =>
  Object.keys(facts)
    .filter((path) => valuesAt(message, path.split('.')).every((value) => value === undefined || value === null))
    .map(texts.lint.noFact);

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
