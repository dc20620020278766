import type { Ars, Json, Leistung } from '#submission/vocabulary.js';
import type { ProcessFile, TemplateFile } from './process-file.js';
import { compile, type Program } from './program.js';
import { pathsUnder } from './program-paths.js';
import { texts } from './texts.js';

/** What the expression of a step or a template sees. */
export interface MessageInput {
  /** The validated instance, keyed by FIM ids. */
  data: Json;
  /** By full name: in JSONata parameters.`steuersatz.ersterHund`. */
  parameters: Record<string, unknown>;
  /** The answers of earlier register steps, by step name; a step that was skipped is absent. */
  registers: Record<string, Json>;
  submission: {
    submissionId: string;
    caseId: string;
    leistung: Leistung;
    ars: Ars;
    /** ISO 8601, UTC. */
    receivedAt: string;
    schema: { id: string; version: string };
  };
}

/** Its run throws {@link MissingParameter} if a required parameter that it uses has no value. */
export type StepProgram = Program<MessageInput>;

/** A region has not set what the message needs: nothing may be sent until it has. */
export class MissingParameter extends Error {
  /** @param title German, as the process gives it */
  constructor(
    readonly parameter: string,
    readonly title: string,
  ) {
    super(texts.expression.missingParameter(parameter, title));
  }
}

type Definitions = ProcessFile['parameters'];

/**
 * Compiles a step's expression. It sees the process's own parameters with their defaults, and never those of an
 * adapter, which may be secret.
 * @throws ProgramError for a syntax error
 */
export function stepProgram(source: string, definitions: Definitions, timeout?: number): StepProgram {
  const program = compile(source, timeout);
  const used = new Set(pathsUnder(source, 'parameters').map(([name]) => name));
  const own = Object.entries(definitions).filter(([name]) => used.has(name) || used.has('*'));
  return {
    source,
    async run(input) {
      const parameters: Record<string, unknown> = {};
      for (const [name, definition] of own) {
        const value = input.parameters[name] ?? definition.default;
        if (value !== undefined) parameters[name] = value;
        else if (definition.required) throw new MissingParameter(name, definition.title);
      }
      return program.run({ ...input, parameters });
    },
  };
}

/**
 * Compiles a template's expression, which sees what its step's expression sees. The result of a CSV is a list of rows
 * with all columns, in their order.
 * @throws ProgramError for a syntax error
 */
export function templateProgram(template: TemplateFile, definitions: Definitions, timeout?: number): StepProgram {
  const program = stepProgram(template.message, definitions, timeout);
  if (template.format !== 'csv') return program;
  const { columns } = template;
  return {
    source: program.source,
    async run(input) {
      const made = await program.run(input);
      return (Array.isArray(made) ? made : [made]).map((row) => withColumns(row, columns));
    },
  };
}

function withColumns(row: Json, columns: string[]): Json {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return row;
  return { ...Object.fromEntries(columns.map((column) => [column, null])), ...row };
}
