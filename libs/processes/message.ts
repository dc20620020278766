import type { LookupRequest } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { TemplateFile } from './process-file.js';
import { compile, type MessageInput, type Program, pathsUnder } from './program.js';

/**
 * What a step delivers: the work of its expression, or the FIM data itself.
 * @throws ProgramError
 */
export async function message(process: Process, step: string, input: MessageInput): Promise<Json> {
  const program = process.programs.get(step);
  return program ? program.run(input) : input.data;
}

/**
 * What a register step asks.
 * @throws ProgramError
 */
export async function request(
  process: Process,
  name: string,
  input: MessageInput,
): Promise<Pick<LookupRequest, 'subject' | 'attributes' | 'purpose' | 'legalBasis'>> {
  const step = process.steps.find((step) => step.name === name);
  if (step?.kind !== 'register') throw new Error(`Der Prozess ${process.leistung} hat keinen Registerschritt ${name}.`);
  const { attributes, purpose, legalBasis } = step;
  return { subject: await process.programs.get(name)!.run(input), attributes, purpose, legalBasis };
}

/** A region has not set what the message needs: nothing may be sent until it has. */
export class MissingParameter extends Error {
  constructor(readonly parameter: string) {
    super(`Der Parameter „${parameter}“ ist hier nicht gesetzt.`);
  }
}

/**
 * A step's expression: it sees the process's own parameters, with their defaults; never an adapter's, which may be secret.
 * Its run throws {@link MissingParameter} where a required one that it uses has no value.
 */
export function stepProgram(source: string, definitions: Process['parameters']): Program {
  const program = compile(source);
  const used = new Set(pathsUnder(source, 'parameters').map(([name]) => name));
  const own = Object.entries(definitions).filter(([name]) => used.has(name) || used.has('*'));
  return {
    source,
    async run(input) {
      const parameters: Record<string, unknown> = {};
      for (const [name, definition] of own) {
        const value = input.parameters[name] ?? definition.default;
        if (value !== undefined) parameters[name] = value;
        else if (definition.required) throw new MissingParameter(name);
      }
      return program.run({ ...input, parameters });
    },
  };
}

/** A template's expression: sees what its step's own sees. Every row of a CSV has all columns, in their order. */
export function templateProgram(template: TemplateFile, definitions: Process['parameters']): Program {
  const program = stepProgram(template.message, definitions);
  if (template.format !== 'csv') return program;
  const { columns } = template;
  return {
    source: program.source,
    async run(input) {
      const made = await program.run(input);
      return (Array.isArray(made) ? made : [made]).map((row) => squared(row, columns));
    },
  };
}

function squared(row: Json, columns: string[]): Json {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return row;
  return { ...Object.fromEntries(columns.map((column) => [column, null])), ...row };
}
