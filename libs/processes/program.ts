import jsonata from 'jsonata';
import type { Ars, Json, Leistung } from '#submission/vocabulary.js';

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
  walk(treeOf(source), (steps) => {
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

let read: { source: string; tree: jsonata.ExprNode } | undefined;
/** Parsed once for the questions that follow each other about the same expression. */
function treeOf(source: string): jsonata.ExprNode {
  if (read?.source !== source) read = { source, tree: jsonata(source).ast() };
  return read.tree;
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
