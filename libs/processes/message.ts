import jsonata from 'jsonata';
import type { LookupRequest } from '#adapters/contract.js';
import type { Ars, Json, Leistung } from '#submission/vocabulary.js';
import type { Process } from './process.js';

/** What an expression of a process sees. */
export interface MessageInput {
  /** The validated instance, keyed by FIM ids. */
  data: Json;
  /** By their full names: in JSONata parameters.`steuersatz.ersterHund`. */
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

/** An expression of a process, compiled. */
export interface Program<Input = MessageInput> {
  readonly source: string;
  /** @throws ProgramError */
  run(input: Input): Promise<Json>;
}

/** An expression failed. The message names code and place, never a value of the person. */
export class ProgramError extends Error {
  constructor(
    readonly code: string,
    readonly position: number | undefined,
  ) {
    super(`Der JSONata-Ausdruck scheitert mit ${code}${position === undefined ? '' : ` an Stelle ${position}`}.`);
  }
}

const limits = { timeout: 500, stack: 200 };

/**
 * Compiles JSONata once. A run may take 500 ms and 200 levels.
 * @throws ProgramError for a syntax error
 */
export function compile(source: string): Program<unknown> {
  const expression = guard(() => jsonata(source, limits));
  return {
    source,
    async run(input) {
      try {
        return plain(await expression.evaluate(input));
      } catch (error) {
        throw asProgramError(error);
      }
    },
  };
}

/** Drops what JSONata leaves on sequences, and what is no JSON. */
function plain(value: unknown): Json {
  return value === undefined ? null : JSON.parse(JSON.stringify(value) ?? 'null');
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asProgramError(error);
  }
}

function asProgramError(error: unknown): ProgramError {
  const { code, position } = error as Partial<jsonata.JsonataError>;
  return new ProgramError(
    typeof code === 'string' ? code : 'JSONATA',
    typeof position === 'number' ? position : undefined,
  );
}

/** Paths below a root name that an expression reads, e.g. `parameters` → `steuersatz.ersterHund`; `*` where it reads all or chooses at run time. */
export function pathsUnder(source: string, root: string): string[][] {
  const found: string[][] = [];
  walk(jsonata(source).ast(), (steps) => {
    const at = steps.findIndex((step) => step.type === 'name' && step.value === root);
    if (at < 0) return;
    const names: string[] = [];
    for (const step of steps.slice(at + 1)) {
      if (step.type !== 'name') break;
      names.push(String(step.value));
    }
    found.push(names.length === 0 ? ['*'] : names);
  });
  return found;
}

function walk(node: unknown, visit: (steps: jsonata.ExprNode[]) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const steps = (node as jsonata.ExprNode).steps;
  if ((node as jsonata.ExprNode).type === ('path' as string) && steps) visit(steps);
  for (const child of Object.values(node)) walk(child, visit);
}
